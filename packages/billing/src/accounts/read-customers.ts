import { err, type Nanos, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readWallets, type WalletStanding } from "../ledger/read-wallets.ts";
import { type ResolveCustomerError, resolveCustomer } from "./resolve-customer.ts";

/** A customer with what its wallet holds. */
export type CustomerStanding = {
  id: string;
  externalId: string | null;
  name: string;
  email: string | null;
  metadata: Record<string, unknown>;
  createdAt: Date;
  balance: Nanos;
  available: Nanos;
  held: Nanos;
  debt: Nanos;
  status: "active" | "suspended";
};

export type ListCustomersInput = {
  /** Part of a name, an e-mail address, an external id, or a whole id of ours. */
  search?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** One customer, the actor's own where none is named. */
export async function getCustomer(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<CustomerStanding, ResolveCustomerError>> {
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const rows = await ctx.sql<CustomerRow[]>`
    select ${ctx.sql.unsafe(COLUMNS)} from ratebook.customer where id = ${customer.value.id}`;
  const [standing] = await withWallets(ctx, rows);
  return standing ? ok(standing) : err({ kind: "customer_not_found", customer: customer.value.id });
}

/** Customers, newest first, a page at a time; for operators. */
export async function listCustomers(
  ctx: Ctx,
  actor: Actor,
  { search, limit, cursor }: ListCustomersInput,
): Promise<Result<{ items: CustomerStanding[]; nextCursor: string | null }, ResolveCustomerError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may list customers." });
  }
  const part = search?.trim() ?? "";
  const pattern = part === "" ? null : `%${part.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await ctx.sql<CustomerRow[]>`
    select ${ctx.sql.unsafe(COLUMNS)} from ratebook.customer
    where (${pattern}::text is null or name ilike ${pattern} or email ilike ${pattern} or external_id ilike ${pattern}
           or id::text = lower(${part}))
      and (${cursor ?? null}::uuid is null or id < ${cursor ?? null}::uuid)
    order by id desc limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const nextCursor = rows.length > limit ? (page.at(-1)?.id ?? null) : null;
  return ok({ items: await withWallets(ctx, page), nextCursor });
}

type CustomerRow = Omit<CustomerStanding, keyof WalletStanding>;

async function withWallets(ctx: Ctx, rows: readonly CustomerRow[]): Promise<CustomerStanding[]> {
  const wallets = await readWallets(
    ctx,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const wallet = wallets.get(row.id);
    if (wallet === undefined) throw new Error(`customer ${row.id} has no wallet`);
    return { ...row, ...wallet };
  });
}

const COLUMNS = `id, external_id as "externalId", name, email, metadata, created_at as "createdAt"`;
