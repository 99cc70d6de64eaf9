import {
  defaultCaps,
  NANOS_PER_CENT,
  NANOS_PER_USD,
  type Nanos,
  nanos,
  type TopUpRule,
} from "@ratebook/core";
import type { autoTopUp } from "@ratebook/db/schema";
import type { InvalidField } from "../usage/usage-error.ts";
import { dollars, invalidPurchase, type PurchaseLimits } from "./purchase-limits.ts";

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
export const ruleOf = (row: Rule): TopUpRule => ({
  enabled: row.enabled,
  mode: row.mode,
  threshold: nanos(row.thresholdNanos),
  amount: nanos(row.amountNanos),
  dailyCap: nanos(row.dailyCapNanos),
  monthlyCap: nanos(row.monthlyCapNanos),
});

/** The part of a row that a customer sets. */
export type Rule = Pick<
  AutoTopUpRow,
  "enabled" | "mode" | "thresholdNanos" | "amountNanos" | "dailyCapNanos" | "monthlyCapNanos"
>;

/** What somebody changes of a rule; what is not named stays. */
export type RuleChange = {
  enabled?: boolean | undefined;
  mode?: "fixed" | "recharge_to" | undefined;
  threshold?: Nanos | undefined;
  amount?: Nanos | undefined;
  dailyCap?: Nanos | undefined;
  monthlyCap?: Nanos | undefined;
};

/** A row's rule with a change applied. Caps follow the amount until somebody names them. */
export function mergedRule(before: AutoTopUpRow | undefined, input: RuleChange): Rule {
  const now: Rule = before ?? { enabled: false, ...DEFAULT_RULE };
  const amountNanos = input.amount ?? now.amountNanos;
  const old = defaultCaps(nanos(now.amountNanos));
  const fresh = defaultCaps(nanos(amountNanos));
  return {
    enabled: input.enabled ?? now.enabled,
    mode: input.mode ?? now.mode,
    thresholdNanos: input.threshold ?? now.thresholdNanos,
    amountNanos,
    dailyCapNanos: input.dailyCap ?? (now.dailyCapNanos === old.daily ? fresh.daily : now.dailyCapNanos),
    monthlyCapNanos:
      input.monthlyCap ?? (now.monthlyCapNanos === old.monthly ? fresh.monthly : now.monthlyCapNanos),
  };
}

/** What is wrong with a rule, naming the field; null where nothing is. */
export function invalidRule(rule: Rule, limits: PurchaseLimits): InvalidField | null {
  const bad = invalidPurchase(nanos(rule.amountNanos), limits, "amount");
  if (bad) return bad;
  const invalid = (field: string, message: string): InvalidField => ({
    kind: "validation_error",
    field,
    message,
  });
  if (rule.thresholdNanos < 0n) return invalid("threshold", "must be at least 0");
  if (rule.thresholdNanos > limits.max) return invalid("threshold", `must be at most ${dollars(limits.max)}`);
  if (rule.thresholdNanos % NANOS_PER_CENT !== 0n) return invalid("threshold", "must be whole cents");
  if (rule.mode === "recharge_to" && rule.amountNanos <= rule.thresholdNanos) {
    return invalid("amount", "must be more than the threshold");
  }
  const least = rule.mode === "fixed" ? rule.amountNanos : limits.min;
  if (rule.dailyCapNanos < least) return invalid("dailyCap", "must allow one top-up");
  if (rule.monthlyCapNanos < rule.dailyCapNanos)
    return invalid("monthlyCap", "must be at least the daily cap");
  return null;
}
