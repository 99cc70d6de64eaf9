/** In the place of an amount that nobody knows yet: what has no price is not free. */
export const NOT_PRICED = "Not priced yet";

/** In the place of the amount of usage that had no price: whether it still has none, or its amount stands with another debit. */
export const parkedText = ({ ratedBy }: { ratedBy: string | null }): string =>
  ratedBy === null ? NOT_PRICED : "Priced later";

/** Beside an amount that leaves something out: "and 3 not priced yet". */
export const partlyPricedText = (left: number): string => `and ${left.toLocaleString("en")} not priced yet`;
