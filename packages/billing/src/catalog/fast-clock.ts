import type { RunFailure } from "./finish-run.ts";

/**
 * The failure of a run whose worker says it fetched at an instant that is still to come; null for any that may have been:
 * a clock may go five minutes fast.
 *
 * A date ahead would keep its source fresh until then, whatever becomes of it.
 */
export function fastClock(worker: string, fetchedAt: Date, now: Date): RunFailure | null {
  const aheadMs = fetchedAt.getTime() - now.getTime();
  if (aheadMs <= SKEW_MAX_MS) return null;
  const seconds = Math.floor(aheadMs / 1000);
  const ahead = `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return {
    check: "clock",
    message:
      `The clock of the worker "${worker}" is ${ahead} ahead of the server's: it fetched this at ` +
      `${fetchedAt.toISOString()}, and the server took it in at ${now.toISOString()}. Nothing of it was used; set the ` +
      "clocks right.",
  };
}

const SKEW_MAX_MS = 5 * 60 * 1000;
