import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { usageReader } from "./usage-reader.ts";

/** One offering's shadow events: what we would have debited beside what the platform took. */
export type ShadowRow = {
  offering: string;
  events: number;
  /** Would have been debited. */
  amount: Nanos;
  /** What the platform said it took; only of events that said so. */
  platformAmount: Nanos;
  /** Events that have both a price of ours and the platform's word; the three below are theirs alone. */
  compared: number;
  comparedAmount: Nanos;
  comparedPlatformAmount: Nanos;
  /** `comparedAmount` − what the platform took for them: above 0 the platform took too little. */
  difference: Nanos;
  /** Events without a price, by reason. */
  unrated: { [reason: string]: number };
};

export type ShadowReport = { from: Date; to: Date; rows: ShadowRow[]; total: Omit<ShadowRow, "offering"> };

export type ShadowReportInput = {
  customer?: string | undefined;
  /** By `occurredAt`, half-open. Default: 30 days before `to`. */
  from?: Date | undefined;
  /** Default: the end of today, UTC: nothing is dated later. */
  to?: Date | undefined;
};

/**
 * Compares shadow events with what the platform itself took, by offering, before a cent moves.
 *
 * A customer reads its own; the operator everybody's, or one customer's. The greatest differences stand first, at most
 * 1,000 offerings; the total is of all.
 */
export async function shadowReport(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  input: ShadowReportInput,
): Promise<Result<ShadowReport, ResolveCustomerError | InvalidField>> {
  const to = input.to ?? new Date((Math.floor(ctx.clock().getTime() / DAY_MS) + 1) * DAY_MS);
  const from = input.from ?? new Date(to.getTime() - DEFAULT_DAYS * DAY_MS);
  if (from >= to) return err({ kind: "validation_error", field: "from", message: "must be before to" });
  const reader = await usageReader(ctx, actor, input.customer, []);
  if (!reader.ok) return reader;
  const { customerId } = reader.value;
  const groups = await ctx.sql<GroupRow[]>`
    select offering, grouping(offering) = 1 as "isTotal", count(*)::int as events,
      coalesce(sum(amount), 0)::int8 as amount, coalesce(sum(platform_amount), 0)::int8 as "platformAmount",
      count(*) filter (where amount is not null and platform_amount is not null)::int as compared,
      coalesce(sum(amount) filter (where platform_amount is not null), 0)::int8 as "comparedAmount",
      coalesce(sum(platform_amount) filter (where amount is not null), 0)::int8 as "comparedPlatformAmount",
      coalesce(sum(amount - platform_amount), 0)::int8 as difference,
      count(*) filter (where unrated_reason = 'unknown_offering')::int as "unknown_offering",
      count(*) filter (where unrated_reason = 'unpriced_meter')::int as "unpriced_meter",
      count(*) filter (where unrated_reason = 'not_listed')::int as "not_listed"
    from ratebook.shadow_event
    where occurred_at >= ${from} and occurred_at < ${to}
      and (${customerId}::uuid is null or customer_id = ${customerId}::uuid)
    group by grouping sets ((offering), ())
    order by "isTotal" desc, abs(coalesce(sum(amount - platform_amount), 0)) desc, count(*) desc, offering
    limit ${MOST_OFFERINGS + 1}`;
  const rows = groups.filter((row) => !row.isTotal).map((row) => ({ offering: row.offering, ...sums(row) }));
  const total = groups.find((row) => row.isTotal);
  return ok({ from, to, rows, total: total === undefined ? NOTHING : sums(total) });
}

type GroupRow = {
  offering: string;
  isTotal: boolean;
  events: number;
  amount: bigint;
  platformAmount: bigint;
  compared: number;
  comparedAmount: bigint;
  comparedPlatformAmount: bigint;
  difference: bigint;
} & { [K in (typeof REASONS)[number]]: number };

const sums = (row: GroupRow): Omit<ShadowRow, "offering"> => ({
  events: row.events,
  amount: nanos(row.amount),
  platformAmount: nanos(row.platformAmount),
  compared: row.compared,
  comparedAmount: nanos(row.comparedAmount),
  comparedPlatformAmount: nanos(row.comparedPlatformAmount),
  difference: nanos(row.difference),
  unrated: Object.fromEntries(
    REASONS.map((reason) => [reason, row[reason]]).filter(([, count]) => count !== 0),
  ),
});

const REASONS = ["unknown_offering", "unpriced_meter", "not_listed"] as const;
const NOTHING: Omit<ShadowRow, "offering"> = {
  events: 0,
  amount: nanos(0n),
  platformAmount: nanos(0n),
  compared: 0,
  comparedAmount: nanos(0n),
  comparedPlatformAmount: nanos(0n),
  difference: nanos(0n),
  unrated: {},
};
const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;
const MOST_OFFERINGS = 1_000;
