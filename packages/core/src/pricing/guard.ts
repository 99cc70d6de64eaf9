import type { Fraction } from "../money/fraction.ts";
import type { ComparableRate, RateChange } from "./diff.ts";

/** Which numbers of the guard apply to a source. */
export type GuardProfile = "default" | "openrouter" | "operator";

/**
 * What happens to one change.
 *
 * `activate` lets it into the next version. `hold` and `quarantine` keep the last good rate and make the change
 * a proposal a person can let through; a second source releases a hold, never a quarantine. `refuse` is a value
 * nobody may activate.
 */
export type GuardAction = "activate" | "hold" | "quarantine" | "refuse";

export type GuardRule =
  | "ratio_hold"
  | "ratio_quarantine"
  | "birth_bound"
  | "not_a_price"
  | "shape_cache_read"
  | "shape_output"
  | "shape_cache_write"
  | "shape_batch"
  | "batch_size"
  | "flicker"
  | "missing";

/** The guard's word on one change. */
export type GuardDecision<
  B extends ComparableRate = ComparableRate,
  A extends ComparableRate = ComparableRate,
> = {
  key: string;
  action: GuardAction;
  /** The rule that decided; null where none tripped. */
  rule: GuardRule | null;
  change: RateChange<B, A>;
  /** New ÷ old price; null where there is no old price, or it was 0. */
  ratio: Fraction | null;
  /** One sentence for the person who decides. */
  sentence: string;
  /** The source that confirmed the new value, where a rule tripped and was released by it. */
  witness: string | null;
};

/** A price another source states for the same offering, meter and conditions. */
export type Witness = { source: string; key: string; usd: string; per: bigint };
