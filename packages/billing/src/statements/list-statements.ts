import { must, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import { monthsBetween } from "./statement-month.ts";

/** A month that has a statement. */
export type StatementMonth = {
  /** "2026-11", in UTC. */
  month: string;
  /** False while the month lasts. */
  complete: boolean;
};

/** The months of a customer since its wallet was opened, newest first; `cursor` is the last month shown. */
export async function listStatements(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Result<{ items: StatementMonth[]; nextCursor: string | null }, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id } = customer.value;
  const now = ctx.clock();
  // An entry may be older than the wallet's row where a clock was wrong; a statement is missing for neither.
  const [wallet] = await ctx.sql<{ since: Date }[]>`
    select least(w.created_at, e.created_at) as since from ratebook.wallet w
    left join ratebook.entry e on e.bucket = w.bucket and e.account_id = w.account_id and e.seq = 1
    where w.bucket = ratebook.bucket_of(${id}::uuid) and w.account_id = ${id}`;
  const { since } = must(wallet, "a customer has a wallet from the moment it exists");
  const { cursor, limit } = input;
  const months = monthsBetween(new Date(Math.min(since.getTime(), now.getTime())), now)
    .map(({ month, end }) => ({ month, complete: end <= now }))
    .filter(({ month }) => cursor === undefined || month < cursor);
  const items = months.slice(0, limit);
  return ok({ items, nextCursor: months.length > limit ? (items.at(-1)?.month ?? null) : null });
}
