/** What decided a sell price. */
export type SellRule = { markupBps: number | null; decidedBy: string };

/** How a sell price came from the list price, in a word or two: "+20%", "+12.5%", "fixed", "+20%, floor", "free". */
export function markupText({ markupBps, decidedBy }: SellRule): string {
  const bound = BOUNDS.get(decidedBy);
  if (decidedBy === "free" || decidedBy === "own_cost" || markupBps === null) {
    return bound ?? "fixed";
  }
  return bound === undefined ? percentText(markupBps) : `${percentText(markupBps)}, ${bound}`;
}

/** Basis points as a signed percentage: "+20%", "−2.25%", "+0%". */
export function percentText(bps: number): string {
  const size = Math.abs(bps);
  const hundredths = String(size % 100)
    .padStart(2, "0")
    .replace(/0+$/, "");
  const sign = bps < 0 ? "−" : "+";
  return `${sign}${Math.trunc(size / 100)}${hundredths === "" ? "" : `.${hundredths}`}%`;
}

const BOUNDS: ReadonlyMap<string, string> = new Map([
  ["free", "free"],
  ["own_cost", "at cost"],
  ["floor", "floor"],
  ["ceiling", "ceiling"],
  ["price", "fixed"],
]);
