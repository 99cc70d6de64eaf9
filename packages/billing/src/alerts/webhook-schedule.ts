/**
 * How long to wait after a try that failed, by how many there were: half a minute first, then longer, 11 tries in about
 * three days. Null: no more tries.
 *
 * @param untilAcknowledged never ends; at most an hour between tries
 */
export function waitAfter(attempts: number, untilAcknowledged: boolean): number | null {
  const seconds = WAITS_SECONDS[attempts - 1];
  if (untilAcknowledged) return Math.min(seconds ?? HOUR, HOUR) * 1000;
  return seconds === undefined ? null : seconds * 1000;
}

/** Whether an endpoint that has only failed since then is no longer told anything. */
export const failedTooLong = (failingSince: Date, now: Date): boolean =>
  now.getTime() - failingSince.getTime() >= MOST_FAILING_MS;

const HOUR = 3_600;
const WAITS_SECONDS = [30, 120, 600, 1_800, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR];
const MOST_FAILING_MS = 5 * 24 * HOUR * 1000;
