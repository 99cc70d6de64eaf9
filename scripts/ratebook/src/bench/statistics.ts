/** The middle value; of an even number of values the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The smallest value that at least `share` (0 … 1) of all values do not exceed; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** One round of each side of a comparison, measured next to each other. */
export type Pair<T> = { ours: T; other: T };

/**
 * Measures two sides in alternate rounds: ours, other, other, ours, … so that neither always goes first and a machine
 * that slows down slows both.
 */
export async function alternate<T>(
  rounds: number,
  sides: { ours: (round: number) => Promise<T>; other: (round: number) => Promise<T> },
): Promise<Pair<T>[]> {
  const pairs: Pair<T>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      const ours = await sides.ours(round);
      pairs.push({ ours, other: await sides.other(round) });
    } else {
      const other = await sides.other(round);
      pairs.push({ ours: await sides.ours(round), other });
    }
  }
  return pairs;
}

/** How our side compares with the other: the median over rounds of the ratio within a round. */
export const medianRatio = (pairs: readonly Pair<number>[]): number =>
  median(pairs.map(({ ours, other }) => ours / other));
