import { type Nanos, nanos } from "../money/nanos.ts";
import { DAY_MS } from "./resource-day.ts";

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

/**
 * A notice as it is read: lifted or put off from the instant at which the credits suffice, though that step may be
 * written a moment later. Other steps are shown once they are written, because they are told then.
 */
export function noticeAsOf(notice: ShutdownNotice, facts: ShutdownFacts): ShutdownNotice {
  const step = stepNotice(notice, facts);
  return step.action === "cancel" ? step.notice : notice;
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

/**
 * What has to be there, debt taken off, for the next step up: credits for more than 48 hours end a warning, any at all put
 * a stop off. Null where no credits change anything.
 *
 * @param daily what a day costs now, in nanos
 * @param accrued what ran since the last bill
 */
export function liftLevel(
  { state }: ShutdownNotice,
  { accrued, daily }: { accrued: Nanos; daily: Nanos },
): Nanos | null {
  if (daily <= 0n || (state !== "warned" && state !== "stopping")) return null;
  const beyondMs = state === "warned" ? BigInt(NOTICE_MS) : 0n;
  return nanos(accrued + ((beyondMs + 1n) * daily + BigInt(DAY_MS) - 1n) / BigInt(DAY_MS));
}

/** How long before its stop a customer is warned, at least. */
export const NOTICE_MS = 48 * 3_600_000;
