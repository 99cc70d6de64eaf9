import { type Ctx, previewPrice } from "@ratebook/billing";
import { type Nanos, nanos, parseDecimal, roundHalfEven } from "@ratebook/core";

/** Usage of one model that may be many requests together. */
export type SummedUsage = {
  quantities: { readonly [meter: string]: bigint };
  dimensions: { readonly [name: string]: string };
  /** The tokens that the input of each request was above, where the document says it. */
  inputAbove: number;
  /** How many requests they were; null where the document does not say. */
  requests: bigint | null;
};

export type ListPrice = { ok: true; list: Nanos } | { ok: false; reason: string };

/**
 * Prices usage of many requests together at list, exactly, by the rates of one request of the kind: a context tier is
 * chosen by the size of a request, which a day's sum says nothing of. Each meter's cost is rounded once, half-even.
 *
 * Rates are asked once for an offering, a day, its meters and dimensions, so a million rows cost as many questions as
 * there are kinds of them.
 */
export function createListPrices(ctx: Pick<Ctx, "sql" | "catalogue" | "clock">) {
  const asked = new Map<string, Promise<Rates>>();
  return async (offering: string, usage: SummedUsage, at: Date): Promise<ListPrice> => {
    const meters = Object.keys(usage.quantities).sort();
    const { dimensions, inputAbove } = usage;
    const key = JSON.stringify([offering, at.getTime(), meters, dimensions, inputAbove]);
    const rates = asked.get(key) ?? ratesOf(ctx, offering, meters, usage, at);
    asked.set(key, rates);
    const found = await rates;
    if (!found.ok) return found;
    let list = 0n;
    for (const [meter, { num, den }] of found.rates) {
      // An offering with a price of the request itself adds it to every one.
      const quantity = usage.quantities[meter] ?? (meter === "request" ? usage.requests : null);
      if (quantity === null) return { ok: false, reason: "requests_not_told" };
      list += roundHalfEven({ num: num * quantity * NANOS_IN_USD, den });
    }
    return { ok: true, list: nanos(list) };
  };
}

type Rates =
  | { ok: true; rates: ReadonlyMap<string, { num: bigint; den: bigint }> }
  | { ok: false; reason: string };

async function ratesOf(
  ctx: Pick<Ctx, "sql" | "catalogue" | "clock">,
  offering: string,
  meters: readonly string[],
  { dimensions, inputAbove }: SummedUsage,
  at: Date,
): Promise<Rates> {
  const quantities: { [meter: string]: number } = Object.fromEntries(meters.map((meter) => [meter, 1]));
  // One request of the tier: the smallest, or the smallest above the threshold.
  const [input] = meters.filter((meter) => meter === "input_tokens" || meter.startsWith("cache_"));
  if (inputAbove > 0 && input !== undefined) quantities[input] = inputAbove + 1;
  const priced = await previewPrice(ctx, null, { offering, quantities, dimensions: { ...dimensions }, at });
  if (!priced.ok) {
    const { error } = priced;
    if (error.kind === "unrated") return { ok: false, reason: error.reason };
    if (error.kind === "validation_error") return { ok: false, reason: `${error.field} ${error.message}` };
    throw new Error(`invariant broken: everybody's price needs no customer, ${error.kind}`);
  }
  const lines = priced.value?.lines ?? [];
  // The dearest rate of a provider guards a debit; as a witness against a bill it would be a guess.
  if (lines.some(({ conservative }) => conservative)) return { ok: false, reason: "unknown_offering" };
  const rates = lines.flatMap(({ meter, rate }) => {
    if (meter === null || rate === null) return [];
    const { num, den } = parseDecimal(rate.usd);
    return [[meter, { num, den: den * BigInt(rate.per) }] as const];
  });
  return { ok: true, rates: new Map(rates) };
}

const NANOS_IN_USD = 1_000_000_000n;
