import { defaultCaps, NANOS_PER_USD, nanos, type TopUpRule } from "@ratebook/core";
import type { autoTopUp } from "@ratebook/db/schema";

export type AutoTopUpRow = typeof autoTopUp.$inferSelect;

/** Shown to somebody who has set nothing: 20 USD below 5. */
const AMOUNT = nanos(20n * NANOS_PER_USD);
export const DEFAULT_RULE = {
  mode: "fixed",
  thresholdNanos: nanos(5n * NANOS_PER_USD),
  amountNanos: AMOUNT,
  dailyCapNanos: defaultCaps(AMOUNT).daily,
  monthlyCapNanos: defaultCaps(AMOUNT).monthly,
} as const;

/** A row's rule in core's words. */
export const ruleOf = (row: AutoTopUpRow): TopUpRule => ({
  enabled: row.enabled,
  mode: row.mode,
  threshold: nanos(row.thresholdNanos),
  amount: nanos(row.amountNanos),
  dailyCap: nanos(row.dailyCapNanos),
  monthlyCap: nanos(row.monthlyCapNanos),
});
