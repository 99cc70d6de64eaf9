import { type Nanos, nanos } from "../money/nanos.ts";

/** A level of the balance that somebody wants to be told about: dollars, or a share of the last top-up. */
export type AlertLevel = { kind: "amount"; amount: Nanos } | { kind: "percent"; percent: number };

/**
 * The balance below which a level is crossed; null for a share of a top-up that never was. Zero means empty: nothing is
 * below it, so its level is a single nano.
 */
export function levelOf(level: AlertLevel, lastTopUp: Nanos | null): Nanos | null {
  if (level.kind === "amount") return level.amount > 0n ? level.amount : nanos(1n);
  if (lastTopUp === null) return null;
  const share = (lastTopUp * BigInt(level.percent)) / 100n;
  return share > 0n ? nanos(share) : null;
}

/** A level as it is watched: the seq of the entry that crossed it last, and of the last one that was told. */
export type WatchedLevel = { name: string; level: Nanos; crossedSeq: bigint; announcedSeq: bigint };

/**
 * Which fall is told now, and which are settled by telling it.
 *
 * A level is due when it was crossed since it was last told and the balance really is below it: what open holds keep is
 * still there, so a fall that only a hold caused waits. The ledger sees a crossing only where what can be spent was at or
 * above the level before, which is what arms it again. Of several due at once the lowest speaks for all.
 */
export function fallToTell(
  levels: readonly WatchedLevel[],
  balance: Nanos,
): { tell: WatchedLevel; told: WatchedLevel[] } | null {
  const due = levels.filter(
    ({ level, crossedSeq, announcedSeq }) => crossedSeq > announcedSeq && balance < level,
  );
  const tell = due.reduce<WatchedLevel | null>(
    (lowest, it) => (lowest === null || it.level < lowest.level ? it : lowest),
    null,
  );
  return tell === null ? null : { tell, told: due };
}

/**
 * Whether a forecast is told now. Once told it stays silent until the credits last a quarter longer than the limit, so a
 * burn that wavers around it tells it once.
 *
 * @param hours the credits last; null: for ever
 */
export function forecastStep(
  { limitHours, armed }: { limitHours: bigint; armed: boolean },
  hours: bigint | null,
): { tell: boolean; armed: boolean } {
  if (hours === null || hours * 4n >= limitHours * 5n) return { tell: false, armed: true };
  if (armed && hours < limitHours) return { tell: true, armed: false };
  return { tell: false, armed };
}

/** Whether a limit of spending is reached in a period in which it was not told yet. */
export const spendDue = (limit: Nanos | null, spent: Nanos, told: boolean): limit is Nanos =>
  limit !== null && !told && spent >= limit;
