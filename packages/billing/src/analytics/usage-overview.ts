import { fraction, type Nanos, nanos, ok, type Result, roundHalfEven } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { ExploreUsageError } from "./explore-usage.ts";
import { usageReader } from "./usage-reader.ts";
import { usageFrom } from "./usage-source.ts";
import { SUMS_SQL, type SumsRow, sumsOf, type UsageSums } from "./usage-sums.ts";

/** `daily`: today; `weekly` and `monthly`: the last 7 and 30 days, today included. Days are UTC. */
export const TIME_RANGES = { daily: 1, weekly: 7, monthly: 30 } as const;
export type TimeRange = keyof typeof TIME_RANGES;

export type UsageOverview = {
  sums: UsageSums;
  successful: number;
  /** Hundredths of a percent of all requests; null without any. */
  successBp: number | null;
  /** Amount by request, rounded half-even to nanos; 0 without any. */
  averageCost: Nanos;
  averageTokens: bigint;
  /** Amount by day of the range, rounded half-even. */
  dailyBurn: Nanos;
  periodStart: Date;
  periodEnd: Date;
};

/** What a range of days cost, and how many requests it had. */
export async function usageOverview(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  { customer, timeRange }: { customer?: string | undefined; timeRange: TimeRange },
): Promise<Result<UsageOverview, ExploreUsageError>> {
  const reader = await usageReader(ctx, actor, customer, []);
  if (!reader.ok) return reader;
  const { customerId, seesCosts } = reader.value;
  const now = ctx.clock();
  const day = (back: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - back));
  const days = TIME_RANGES[timeRange];
  // Up to the end of today: nothing is dated later.
  const scope = { customerId, from: day(days - 1), to: day(-1), filters: {}, dimensions: [], utcDays: true };
  const [row] = await ctx.sql<[SumsRow]>`select ${ctx.sql.unsafe(SUMS_SQL)} ${usageFrom(ctx.sql, scope)}`;
  const sums = sumsOf(row, seesCosts);
  const { requests, failed, amount, tokens } = sums;
  return ok({
    sums,
    successful: requests - failed,
    successBp: requests === 0 ? null : Number(share(BigInt(requests - failed) * 10_000n, requests)),
    averageCost: nanos(share(amount, requests)),
    averageTokens: share(tokens, requests),
    dailyBurn: nanos(share(amount, days)),
    periodStart: scope.from,
    periodEnd: now,
  });
}

/** Of nothing, nothing. */
const share = (whole: bigint, parts: number): bigint =>
  parts === 0 ? 0n : roundHalfEven(fraction(whole, BigInt(parts)));
