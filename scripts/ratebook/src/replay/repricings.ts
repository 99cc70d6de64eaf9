import { conditionsKey, type PriceDocument, statedRates } from "@ratebook/core";
import { isAboveTextBounds, isWithinBand, type SizedRate, WIDE_BAND } from "./allowed-prices.ts";

/** What one version of a source says of its prices: by price point. */
export type StatedPrices = { at: Date; prices: ReadonlyMap<string, SizedRate> };

/** A price that a source changed. */
export type Repricing = { key: string; at: Date; before: SizedRate; after: SizedRate };

/** How many ordinary repricings were stopped. */
export type FalseAlarms = {
  repricings: number;
  ordinary: number;
  /** Ordinary ones that were held or quarantined, had no other source been asked. */
  heldWithoutWitness: number;
  /** Those still held when the source said something else, although other sources were asked. */
  heldWithWitness: number;
  /** Of the ordinary ones those within half and double the old price, and how many of them were held. */
  small: number;
  smallHeld: number;
};

/** The priced points of a document, with the first of those stated twice. */
export function pricesOf(document: PriceDocument, at: Date): StatedPrices {
  const prices = new Map<string, SizedRate>();
  for (const rate of statedRates(document)) {
    const key = `${rate.offering} ${rate.meter} ${conditionsKey(rate.when)} ${rate.validFrom?.toISOString() ?? ""}`;
    if (!rate.free && !prices.has(key)) prices.set(key, rate);
  }
  return { at, prices };
}

/**
 * The repricings of a source's versions, in order of time, with whether each is ordinary: a believable price within a
 * fifth and five times the old one, that was not taken back within 45 days nor corrected by five times or more later.
 */
export function repricingsOf(versions: readonly StatedPrices[]): (Repricing & { ordinary: boolean })[] {
  const histories = new Map<string, { at: Date; price: SizedRate }[]>();
  for (const { at, prices } of versions) {
    for (const [key, price] of prices) {
      const history = histories.get(key) ?? [];
      const last = history.at(-1);
      if (last === undefined || !isSame(last.price, price)) history.push({ at, price });
      histories.set(key, history);
    }
  }
  return [...histories].flatMap(([key, history]) =>
    history.slice(1).map(({ at, price }, index) => {
      const before = history[index]?.price ?? price;
      const next = history[index + 2];
      const undone =
        next !== undefined &&
        ((isSame(next.price, before) && next.at.getTime() - at.getTime() <= UNDONE_WITHIN_MS) ||
          !isWithinBand(price, next.price, WIDE_BAND));
      const ordinary = isWithinBand(before, price, WIDE_BAND) && !isAboveTextBounds(price) && !undone;
      return { key, at, before, after: price, ordinary };
    }),
  );
}

/** Sums up what was held, and of that what no other source released. */
export function countFalseAlarms(
  repricings: readonly (Repricing & { ordinary: boolean })[],
  isHeld: (repricing: Repricing) => boolean,
  isReleased: (repricing: Repricing) => boolean,
): FalseAlarms {
  const ordinary = repricings.filter((each) => each.ordinary);
  const held = ordinary.filter(isHeld);
  const isSmall = ({ before, after }: Repricing) => isWithinBand(before, after);
  return {
    repricings: repricings.length,
    ordinary: ordinary.length,
    heldWithoutWitness: held.length,
    heldWithWitness: held.filter((each) => !isReleased(each)).length,
    small: ordinary.filter(isSmall).length,
    smallHeld: held.filter(isSmall).length,
  };
}

const isSame = (a: SizedRate, b: SizedRate): boolean => isWithinBand(a, b, SAME);

const ONE = { num: 1n, den: 1n };
const SAME = [ONE, ONE] as const;
const UNDONE_WITHIN_MS = 45 * 24 * 60 * 60 * 1000;
