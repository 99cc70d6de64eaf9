/** In the place of an amount that nobody knows yet: what has no price is not free. */
export const NOT_PRICED = "Not priced yet";

/** Beside an amount that leaves something out: "and 3 not priced yet". */
export const partlyPricedText = (left: number): string => `and ${left.toLocaleString("en")} not priced yet`;
