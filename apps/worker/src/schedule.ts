import { createTask, validate } from "node-cron";

/** A cron expression in UTC, minutes and up. */
export type Schedule = { expression: string; validFor: (slot: Date) => boolean };

/** Null for text that is no cron expression of five fields. */
export function parseSchedule(expression: string): Schedule | null {
  if (expression.trim().split(/\s+/).length !== 5 || !validate(expression)) return null;
  const task = createTask(expression, () => {}, { timezone: "UTC" });
  return { expression, validFor: (slot) => task.match(slot) };
}

/**
 * The latest slot of a schedule at or before an instant, so that what was missed while nothing ran is caught up; null
 * where there was none within eight days.
 */
export function previousSlot({ validFor }: Schedule, at: Date): Date | null {
  const minute = Math.floor(at.getTime() / MINUTE_MS);
  for (let back = 0; back <= DAYS_BACK * 24 * 60; back++) {
    const slot = new Date((minute - back) * MINUTE_MS);
    if (validFor(slot)) return slot;
  }
  return null;
}

const MINUTE_MS = 60_000;
/** A weekly schedule has a slot within them. */
const DAYS_BACK = 8;
