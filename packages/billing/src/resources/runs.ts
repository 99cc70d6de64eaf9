import { dayText } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { resource, resourceDay, resourceRun } from "@ratebook/db/schema";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { ResourceRow } from "./resource.ts";

/**
 * The instant at which something happens to a resource: now, but never within a day that is billed already, so that a
 * clock that was set back changes no bill.
 */
export function eventInstant({ nextDay, createdAt }: ResourceRow, now: Date): Date {
  const open = nextDay === null ? createdAt : new Date(`${nextDay}T00:00:00Z`);
  return new Date(Math.max(now.getTime(), open.getTime(), createdAt.getTime()));
}

/** It runs from now on. Nothing happens where it runs already. */
export async function openRun(tx: Transaction, row: ResourceRow, weight: bigint, now: Date): Promise<void> {
  const from = row.nextDay ?? (await afterLastBilled(tx, row.id));
  const at = eventInstant({ ...row, nextDay: from }, now);
  await tx
    .insert(resourceRun)
    .values({ resourceId: row.id, startedAt: at, endedAt: null, weight })
    // Ended and begun within a millisecond: it goes on.
    .onConflictDoUpdate({
      target: [resourceRun.resourceId, resourceRun.startedAt],
      set: { endedAt: null, weight },
    });
  if (row.nextDay === null) {
    await tx
      .update(resource)
      .set({ nextDay: dayText(at) })
      .where(eq(resource.id, row.id));
  }
}

/** The day after the last one that was billed; null where none was. What is stopped for a day has no next one. */
async function afterLastBilled(tx: Transaction, id: string): Promise<string | null> {
  const [last] = await tx
    .select({ next: sql<string | null>`(max(${resourceDay.day}) + 1)::text` })
    .from(resourceDay)
    .where(eq(resourceDay.resourceId, id));
  return last?.next ?? null;
}

/** It runs no more. @returns when it ended, which is what is billed */
export async function closeRun(tx: Transaction, row: ResourceRow, now: Date): Promise<Date> {
  const [open] = await tx
    .select()
    .from(resourceRun)
    .where(and(eq(resourceRun.resourceId, row.id), isNull(resourceRun.endedAt)))
    .for("update");
  const at = eventInstant(row, now);
  if (open === undefined) return at;
  const endedAt = new Date(Math.max(at.getTime(), open.startedAt.getTime()));
  await tx
    .update(resourceRun)
    .set({ endedAt })
    .where(and(eq(resourceRun.resourceId, row.id), eq(resourceRun.startedAt, open.startedAt)));
  return endedAt;
}
