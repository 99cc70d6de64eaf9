/** How far a customer's shutdown has come. A warning counts from the instant it was delivered. */
export type ShutdownNotice =
  | { state: "active" }
  | { state: "warned"; warnedAt: Date; deliveredAt: Date | null }
  | { state: "stopping"; warnedAt: Date; deliveredAt: Date; stoppingAt: Date }
  | { state: "stopped"; warnedAt: Date; deliveredAt: Date; stoppingAt: Date; stoppedAt: Date };

export type ShutdownFacts = {
  now: Date;
  /** Milliseconds the credits last; null where nothing is being spent. */
  runwayMs: bigint | null;
  /** Resources that run, and would have to be stopped. */
  running: number;
};

/** What follows: tell the customer, tell it that the danger is over, have resources stopped, or nothing. */
export type ShutdownAction = "warn" | "cancel" | "stop" | null;

/**
 * One step of the 48-hour notice.
 *
 * A customer is warned when its credits last 48 hours or less. Its resources are stopped when the credits are gone and
 * 48 hours have passed since the warning was delivered, whichever is later. Credits that lift the runway above 48 hours
 * end the notice at any point before that; fewer only put the stop off until they are gone.
 */
export function stepNotice(
  notice: ShutdownNotice,
  { now, runwayMs, running }: ShutdownFacts,
): { notice: ShutdownNotice; action: ShutdownAction } {
  const low = running > 0 && runwayMs !== null && runwayMs <= BigInt(NOTICE_MS);
  const gone = low && runwayMs <= 0n;
  switch (notice.state) {
    case "active":
      return low
        ? { notice: { state: "warned", warnedAt: now, deliveredAt: null }, action: "warn" }
        : { notice, action: null };
    case "warned": {
      const { warnedAt, deliveredAt } = notice;
      if (!low) return { notice: { state: "active" }, action: "cancel" };
      if (deliveredAt === null) return { notice, action: "warn" };
      return gone && now.getTime() >= deliveredAt.getTime() + NOTICE_MS
        ? { notice: { state: "stopping", warnedAt, deliveredAt, stoppingAt: now }, action: "stop" }
        : { notice, action: null };
    }
    case "stopping": {
      const { warnedAt, deliveredAt } = notice;
      if (running === 0) return { notice: { ...notice, state: "stopped", stoppedAt: now }, action: null };
      if (!low) return { notice: { state: "active" }, action: "cancel" };
      return gone
        ? { notice, action: "stop" }
        : { notice: { state: "warned", warnedAt, deliveredAt }, action: "cancel" };
    }
    case "stopped":
      return running > 0
        ? stepNotice({ state: "active" }, { now, runwayMs, running })
        : { notice, action: null };
  }
}

/** When resources are stopped as things stand: the later of both conditions; null where nothing is announced. */
export function stopsAt(notice: ShutdownNotice, now: Date, runwayMs: bigint | null): Date | null {
  switch (notice.state) {
    case "active":
      return null;
    case "warned": {
      const noticeEnds = (notice.deliveredAt ?? now).getTime() + NOTICE_MS;
      const ahead = runwayMs === null || runwayMs <= 0n ? 0 : Number(runwayMs);
      return new Date(Math.max(noticeEnds, now.getTime() + ahead));
    }
    case "stopping":
    case "stopped":
      return notice.stoppingAt;
  }
}

/** How long before its stop a customer is warned, at least. */
export const NOTICE_MS = 48 * 3_600_000;
