import {
  err,
  type Nanos,
  nanos,
  ok,
  type Result,
  simulateTopUps,
  type TopUpSimulation,
  type WalletMovement,
} from "@ratebook/core";
import { autoTopUp } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { invalidRule, mergedRule, type RuleChange, ruleOf } from "./auto-top-up-rule.ts";
import { readPurchaseLimits } from "./purchase-limits.ts";

export type SimulateAutoTopUpInput = Omit<RuleChange, "enabled"> & { customer?: string | undefined };

/** What a rule would have charged between two instants. */
export type AutoTopUpSimulation = TopUpSimulation & {
  from: Date;
  to: Date;
  /** Balance less debt at the beginning. */
  opening: Nanos;
};

/**
 * Plays a rule over the wallet's last 30 days, as if it had been on: every movement as it was, purchases included, but
 * without what auto top-up itself bought. Movements are summed up by the minute. Changes nothing.
 *
 * Requests that were refused then are in no book, so a wallet that ran dry would have cost more than this says. Of a
 * wallet with more than half a million entries in that time, the latest half million are played: `from` says since when.
 *
 * @param input what is not named is as the customer's rule has it, or the default
 * @returns `validation_error` where the rule could not be saved either
 */
export async function simulateAutoTopUp(
  ctx: Ctx,
  actor: Actor,
  { customer, ...change }: SimulateAutoTopUpInput,
): Promise<Result<AutoTopUpSimulation, ResolveCustomerError | InvalidField>> {
  const resolved = await resolveReadable(ctx, actor, customer);
  if (!resolved.ok) return resolved;
  const { id } = resolved.value;
  const [row] = await ctx.db.select().from(autoTopUp).where(eq(autoTopUp.customerId, id));
  const limits = await readPurchaseLimits(ctx);
  const rule = mergedRule(row, change);
  const invalid = invalidRule(rule, limits);
  if (invalid) return err(invalid);
  const to = ctx.clock();
  const past = await readMovements(ctx, id, new Date(to.getTime() - WINDOW_MS));
  const played = simulateTopUps({
    rule: ruleOf(rule),
    opening: past.opening,
    // A wallet that was below at the beginning is refilled then.
    movements: [{ at: past.from, change: nanos(0n) }, ...past.movements],
    purchaseMin: limits.min,
    purchaseMax: limits.max,
  });
  return ok({ ...played, from: past.from, to, opening: past.opening });
}

async function readMovements(
  { sql }: Pick<Ctx, "sql">,
  customerId: string,
  since: Date,
): Promise<{ from: Date; opening: Nanos; movements: WalletMovement[] }> {
  const own = sql`e.bucket = ratebook.bucket_of(${customerId}::uuid) and e.account_id = ${customerId}`;
  const [first] = await sql<{ at: Date; seq: bigint; opening: bigint; cut: boolean }[]>`
    select e.created_at as at, e.seq, e.balance_after - e.amount - (e.debt_after - e.debt_delta) as opening,
      e.seq > 1 and e.seq = w.seq - ${MOST_ENTRIES - 1}::int8 as cut
    from ratebook.entry e join ratebook.wallet w using (bucket, account_id)
    where ${own} and e.created_at >= ${since} and e.seq > w.seq - ${MOST_ENTRIES}::int8
    order by e.seq limit 1`;
  if (first === undefined) return { from: since, opening: await readNet({ sql }, customerId), movements: [] };
  const rows = await sql<{ at: Date; change: bigint }[]>`
    select date_trunc('minute', e.created_at) as at, sum(e.amount - e.debt_delta)::int8 as change
    from ratebook.entry e
    where ${own} and e.seq >= ${first.seq} and not exists (
      select from ratebook.payment_posting p join ratebook.payment_order o on o.id = p.order_id
      where p.op_id = e.op_id and o.kind = 'auto_top_up' and p.amount_nanos > 0)
    group by 1 order by 1`;
  const movements = rows.map(({ at, change }) => ({ at: at < since ? since : at, change: nanos(change) }));
  return { from: first.cut ? first.at : since, opening: nanos(first.opening), movements };
}

/** Balance less debt of a wallet that nothing happened to. */
async function readNet({ sql }: Pick<Ctx, "sql">, customerId: string): Promise<Nanos> {
  const [row] = await sql<{ net: bigint }[]>`
    select balance - debt as net from ratebook.wallet
    where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId}`;
  return nanos(row?.net ?? 0n);
}

const WINDOW_MS = 30 * 86_400_000;
/** About a second of reading. */
const MOST_ENTRIES = 500_000;
