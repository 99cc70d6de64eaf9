import type { Meter } from "../meter/meters.ts";
import type { Quantity } from "../meter/quantity.ts";
import type { Nanos } from "../money/nanos.ts";
import type { ResolvedMarkup } from "./markup.ts";
import type { Rate } from "./rate.ts";
import type { SellPrice } from "./sell-price.ts";

/** Who pays the upstream: the platform, or the customer with a key of their own. */
export type BillingMode = "platform" | "byok";

/** One pool of an event at its price. */
export type UsageLine = {
  kind: "usage";
  /** The pool that was used. */
  meter: Meter;
  /** The meter whose rate priced it: another one where the pool is billed at its parent's rate. */
  ratedAs: Meter;
  quantity: Quantity;
  /** After `included`, `minimum` and `increment`; what the price is multiplied with. */
  billedQuantity: Quantity;
  rate: Rate;
  /** Rates as specific as `rate` that matched too; `rate` is the dearest of them. */
  ties: readonly Rate[];
  markup: ResolvedMarkup;
  sell: SellPrice;
  /** List cost. */
  upstream: Nanos;
  /** What the operator pays; 0 where the customer's own key pays. */
  ownCost: Nanos;
  /** What is debited: quantity × price × markup as one exact fraction, rounded once, half-even. */
  amount: Nanos;
};

/** A fixed fee of a markup rule, once for an event. */
export type FeeLine = { kind: "fee"; markup: ResolvedMarkup; amount: Nanos };

export type RatedLine = UsageLine | FeeLine;

/** A priced event. */
export type RatedUsage = {
  /** `provider/model`. */
  offering: string;
  policyId: string;
  billing: BillingMode;
  /** What context tiers were measured on. */
  totalInputTokens: Quantity;
  lines: readonly RatedLine[];
  /** The debit: the sum of the lines' rounded amounts. */
  total: Nanos;
  /** The sum of the lines' list costs. */
  upstream: Nanos;
  /** The sum of the lines' own costs; margin = total − ownCost. */
  ownCost: Nanos;
};

/**
 * An event that has no price.
 *
 * - `unknown_offering`: the catalogue has no such offering, or had no price for it at that instant.
 * - `not_listed`: it has, but it is not sold here.
 * - `unpriced_meter`: a pool has no rate, or none for the dimensions the request named.
 */
export type Unrated = {
  kind: "unrated";
  reason: "unknown_offering" | "unpriced_meter" | "not_listed";
  meter?: Meter;
  /** A sentence for the caller. */
  detail: string;
};
