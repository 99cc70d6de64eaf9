import { must, type Nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { rollWallet } from "../ledger/roll-wallet.ts";
import { resolveReadable } from "./resolve-readable.ts";

/** What a wallet has at this moment: due holds and grants count as expired. */
export type Standing = {
  balance: Nanos;
  held: Nanos;
  available: Nanos;
  debt: Nanos;
  debtCap: Nanos;
  granted: Nanos;
  consumed: Nanos;
  status: "active" | "suspended";
};

export type Balance = Standing & { customerId: string; asOf: Date };

/** What a customer has, holds and owes now; what was just posted is in it. */
export async function getBalance(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<Balance, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  return ok({ customerId, ...(await readStanding(ctx, customerId)), asOf: ctx.clock() });
}

/** Reads a wallet. One whose holds or grants are due is brought up to date first, so nobody sees credits that are gone. */
export async function readStanding(ctx: Pick<Ctx, "sql" | "clock">, customerId: string): Promise<Standing> {
  const first = await readWalletRow(ctx, customerId);
  if (!first.due) return first.standing;
  await rollWallet(ctx, customerId, ctx.clock());
  return (await readWalletRow(ctx, customerId)).standing;
}

async function readWalletRow(
  { sql, clock }: Pick<Ctx, "sql" | "clock">,
  customerId: string,
): Promise<{ standing: Standing; due: boolean }> {
  const rows = await sql<(Standing & { due: boolean })[]>`
    select balance, held, balance - held as available, debt, debt_cap as "debtCap", granted, consumed,
      case when status = 'suspended' or debt > debt_cap then 'suspended' else 'active' end as status,
      next_event_at <= ${clock()} as due
    from ratebook.wallet where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId}`;
  const { due, ...standing } = must(rows[0], "a customer has a wallet from the moment it exists");
  return { standing, due };
}
