import type { Transaction } from "@ratebook/db";
import { type RESOURCE_ACTIONS, resourceIntent } from "@ratebook/db/schema";
import { and, eq, inArray, type SQL } from "drizzle-orm";
import { announceEvent } from "../alerts/announce-event.ts";
import { withdrawEvents } from "../alerts/withdraw-event.ts";
import type { Ctx } from "../ctx.ts";
import type { ResourceRow } from "./resource.ts";

export type ResourceAction = (typeof RESOURCE_ACTIONS)[number];
export type IntentRow = typeof resourceIntent.$inferSelect;

/**
 * Writes down, with the change itself, what the platform has to do with a resource as it is now, and announces it to the
 * platform's signed webhooks until one of them acknowledges. Nothing where the credits' stop of it is open already.
 */
export async function issueIntent(
  ctx: Pick<Ctx, "newId" | "clock" | "jobs">,
  tx: Transaction,
  row: ResourceRow,
  action: ResourceAction,
  cause: "customer" | "credits" = "customer",
): Promise<void> {
  const [issued] = await tx
    .insert(resourceIntent)
    .values({
      id: ctx.newId(),
      resourceId: row.id,
      customerId: row.customerId,
      action,
      cause,
      state: "open",
      createdAt: ctx.clock(),
    })
    .onConflictDoNothing()
    .returning({ id: resourceIntent.id });
  if (issued === undefined) return;
  const { kind, name, project, cpu, memoryMb, instances } = row;
  await announceEvent(ctx, tx, {
    key: eventKey(issued.id),
    kind: `resource.${action}_requested`,
    customerId: row.customerId,
    data: {
      intentId: issued.id,
      resourceId: row.id,
      kind,
      name,
      project,
      cpu,
      memoryMb,
      instances,
      reason: cause,
    },
    untilAcknowledged: true,
  });
}

/** Takes back what was asked for a resource and not carried out: it is sent no more. */
export const cancelIntents = (tx: Transaction, resourceId: string, now: Date): Promise<void> =>
  end(tx, eq(resourceIntent.resourceId, resourceId), "cancelled", now);

/** Takes back every stop of a customer's resources that want of credits asked for. */
export const cancelStops = (tx: Transaction, customerId: string, now: Date): Promise<void> =>
  end(
    tx,
    and(eq(resourceIntent.customerId, customerId), eq(resourceIntent.cause, "credits")),
    "cancelled",
    now,
  );

/** Marks open intents of a resource as carried out. */
export const acknowledgeOpen = (
  tx: Transaction,
  resourceId: string,
  actions: readonly ResourceAction[],
  now: Date,
): Promise<void> =>
  end(
    tx,
    and(eq(resourceIntent.resourceId, resourceId), inArray(resourceIntent.action, [...actions])),
    "acknowledged",
    now,
  );

/** The event that carries an intent. */
export const eventKey = (intentId: string): string => `resource-intent:${intentId}`;

async function end(
  tx: Transaction,
  which: SQL | undefined,
  state: "acknowledged" | "cancelled",
  now: Date,
): Promise<void> {
  const ended = await tx
    .update(resourceIntent)
    .set({ state, endedAt: now })
    .where(and(which, eq(resourceIntent.state, "open")))
    .returning({ id: resourceIntent.id });
  await withdrawEvents(
    tx,
    ended.map(({ id }) => eventKey(id)),
  );
}
