import type { Fraction } from "../money/fraction.ts";
import type { ComparableRate, RateChange } from "./diff.ts";

/** Which numbers of the guard apply to a source; `operator` is for the operator's own documents. */
export type GuardProfile = "default" | "openrouter" | "operator";

/**
 * What happens to one change.
 *
 * `activate` lets it into the next version. `hold` and `quarantine` keep the last good rate and make the change
 * a proposal a person can let through; a second source releases a hold, never a quarantine. `refuse` is a value
 * nobody may activate.
 */
export type GuardAction = "activate" | "hold" | "quarantine" | "refuse";

/** The rule that decided on a change. */
export type GuardRule =
  | "not_a_price"
  | "birth_bound"
  | "birth_unit"
  | "birth_free"
  | "birth_moved"
  | "birth_beside"
  | "birth_copied"
  | "ratio_quarantine"
  | "shape_cache_read"
  | "shape_output"
  | "shape_cache_write"
  | "shape_batch"
  | "ratio_hold"
  | "flicker"
  | "batch_size"
  | "drift"
  | "missing";

/** The guard's word on one change. */
export type GuardDecision<
  B extends ComparableRate = ComparableRate,
  A extends ComparableRate = ComparableRate,
> = {
  /** Offering, meter and conditions, as offeringRateKey writes them. */
  key: string;
  action: GuardAction;
  /** The rule that tripped; null where none did. */
  rule: GuardRule | null;
  change: RateChange<B, A>;
  /** New ÷ old price; null where there is no old price, or it was 0. */
  ratio: Fraction | null;
  /** One sentence for the person who decides. */
  sentence: string;
  /** The source that confirmed the new price, where `rule` tripped and was released by it. */
  witness: string | null;
};

/** A price another source states for the same offering, meter and conditions. */
export type Witness = { source: string; key: string; usd: string; per: bigint };

/** What the guard says of a document as a whole. */
export type DocumentFinding = {
  rule: "document_count" | "missing_share" | "batch_size" | "drift";
  /** `refuse_document`: keep everything as it was. The others explain decisions and raise an alert. */
  effect: "refuse_document" | "keep_missing" | "hold_batch";
  sentence: string;
};
