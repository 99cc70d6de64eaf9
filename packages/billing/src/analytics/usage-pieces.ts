/** Usage of some UTC days, hours or quarters of an hour, taken into one part of an interval or out of another, or both. */
export type UsagePiece = {
  rollup: "day" | "hour" | "quarter";
  /** Half-open; of days the midnights, of hours their beginnings. */
  from: Date;
  to: Date;
  /** The cut of the part it is taken into; null where it is in none. */
  into: Date | null;
  /** The cut of the part it is taken out of: the days of that part hold it too. */
  outOf: Date | null;
};

/**
 * What has to be read to add up the parts of an interval, by as few rows as there are: each part is the UTC days next to
 * it, and around each cut what lies between it and the nearest midnight moves from one part to the other: whole hours, and the
 * quarters before or after them.
 *
 * @param cuts where a part begins, ascending, each a whole quarter of an hour
 * @param to where the last one ends
 */
export function usagePieces(cuts: readonly Date[], to: Date): UsagePiece[] {
  return [...cuts, to].flatMap((end, place, ends) => {
    const [before, after] = [cuts[place - 1] ?? null, cuts[place] ?? null];
    const [midnight, next] = [nearestMidnight(end), ends[place + 1]];
    const pieces: UsagePiece[] =
      end < midnight
        ? hoursBetween({ from: end, to: midnight, into: after, outOf: before })
        : hoursBetween({ from: midnight, to: end, into: before, outOf: after });
    if (next !== undefined) {
      pieces.push({ rollup: "day", from: midnight, to: nearestMidnight(next), into: after, outOf: null });
    }
    return pieces.filter((piece) => piece.from < piece.to);
  });
}

/** What lies between a cut and a midnight, of which only the cut may be within an hour. */
function hoursBetween({ from, to, ...parts }: Omit<UsagePiece, "rollup">): UsagePiece[] {
  const first = new Date(Math.min(Math.ceil(from.getTime() / HOUR_MS) * HOUR_MS, to.getTime()));
  const last = new Date(Math.max(Math.floor(to.getTime() / HOUR_MS) * HOUR_MS, first.getTime()));
  return [
    { rollup: "quarter", from, to: first, ...parts },
    { rollup: "hour", from: first, to: last, ...parts },
    { rollup: "quarter", from: last, to, ...parts },
  ];
}

const nearestMidnight = (at: Date): Date => new Date(Math.round(at.getTime() / DAY_MS) * DAY_MS);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
