/** Usage of some UTC days or quarters of an hour, taken into one part of an interval or out of another, or both. */
export type UsagePiece = {
  rollup: "day" | "quarter";
  /** Half-open; of days, the midnights. */
  from: Date;
  to: Date;
  /** The cut of the part it is taken into; null where it is in none. */
  into: Date | null;
  /** The cut of the part it is taken out of: the days of that part hold it too. */
  outOf: Date | null;
};

/**
 * What has to be read to add up the parts of an interval, by as few rows as there are: each part is the UTC days next to
 * it, and around each cut the hours up to the nearest midnight move from one part to the other.
 *
 * @param cuts where a part begins, ascending, each a whole quarter of an hour
 * @param to where the last one ends
 */
export function usagePieces(cuts: readonly Date[], to: Date): UsagePiece[] {
  return [...cuts, to].flatMap((end, place, ends) => {
    const [before, after] = [cuts[place - 1] ?? null, cuts[place] ?? null];
    const [midnight, next] = [nearestMidnight(end), ends[place + 1]];
    const pieces: UsagePiece[] = [
      end < midnight
        ? { rollup: "quarter", from: end, to: midnight, into: after, outOf: before }
        : { rollup: "quarter", from: midnight, to: end, into: before, outOf: after },
    ];
    if (next !== undefined) {
      pieces.push({ rollup: "day", from: midnight, to: nearestMidnight(next), into: after, outOf: null });
    }
    return pieces.filter((piece) => piece.from < piece.to);
  });
}

const nearestMidnight = (at: Date): Date => new Date(Math.round(at.getTime() / DAY_MS) * DAY_MS);

const DAY_MS = 86_400_000;
