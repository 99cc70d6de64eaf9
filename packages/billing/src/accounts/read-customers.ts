import { err, type Nanos, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readWallets, type WalletStanding } from "../ledger/read-wallets.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { ResolveCustomerError } from "./resolve-customer.ts";

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

/** One customer, the actor's own where none is named. */
export async function getCustomer(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<CustomerStanding, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const rows = await ctx.sql<CustomerRow[]>`
    select ${ctx.sql.unsafe(CUSTOMER_COLUMNS)} from ratebook.customer c where c.id = ${customer.value.id}`;
  const [standing] = await withWallets(ctx, rows);
  return standing ? ok(standing) : err({ kind: "customer_not_found", customer: customer.value.id });
}

export type CustomerRow = Omit<CustomerStanding, keyof WalletStanding>;

/** Adds what each customer's wallet holds. */
export async function withWallets<Row extends CustomerRow>(
  ctx: Ctx,
  rows: readonly Row[],
): Promise<(Row & WalletStanding)[]> {
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

/** Of the table `ratebook.customer c`. */
export const CUSTOMER_COLUMNS = `c.id, c.external_id as "externalId", c.name, c.email, c.metadata, c.created_at as "createdAt"`;
