import { formatUsd, must, nanos } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { webhookDelivery, webhookEvent } from "@ratebook/db/schema";
import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { EVENT_KINDS, type EventData, type EventKind, type EventValue } from "./event-kinds.ts";

/** Something that happened, for whoever subscribed to it. */
export type Announcement<K extends EventKind> = {
  /** Names the occasion: a key announces once while it is remembered, 30 days at least. Start it with the area, as in `price-alarm:…`. */
  key: string;
  kind: K;
  /** Whom it is about; null: the installation. */
  customerId: string | null;
  data: EventData[K];
  /** When it happened; now where absent. */
  occurredAt?: Date;
  /**
   * True: it is sent to the platform until one of its endpoints acknowledges it, also to one that is created later;
   * `readAcknowledgement` tells when.
   */
  untilAcknowledged?: boolean;
  /** The only endpoint that is told, as for a test. */
  onlyEndpoint?: string;
};

/**
 * Announces an event in the transaction in which it happens: it is kept, one delivery is made for every active endpoint
 * that subscribed to its kind (those of its customer, and the platform's), and a job that sends them is enqueued. All of
 * it exists exactly when the transaction commits.
 *
 * @returns `announced: false` and the first event's id where the key was announced before
 */
export async function announceEvent<K extends EventKind>(
  ctx: Pick<Ctx, "clock" | "newId" | "jobs">,
  tx: Transaction,
  event: Announcement<K>,
): Promise<{ eventId: string; announced: boolean }> {
  const now = ctx.clock();
  const occurredAt = event.occurredAt ?? now;
  const eventId = ctx.newId();
  const kept = await tx
    .insert(webhookEvent)
    .values({
      id: eventId,
      key: event.key,
      kind: event.kind,
      customerId: event.customerId,
      body: await writeBody(tx, event, occurredAt),
      mustAcknowledge: event.untilAcknowledged ?? false,
      occurredAt,
    })
    .onConflictDoNothing()
    .returning({ id: webhookEvent.id });
  if (kept.length === 0) return { eventId: await earlierId(tx, event.key), announced: false };
  const endpoints = await subscribers(tx, event);
  if (endpoints.length > 0) {
    await tx.insert(webhookDelivery).values(
      endpoints.map(({ id }) => ({
        id: ctx.newId(),
        endpointId: id,
        eventId,
        state: "pending" as const,
        attempts: 0,
        dueAt: now,
        createdAt: now,
      })),
    );
    await ctx.jobs.enqueueWithin(tx, "send-webhooks", eventId, {});
  }
  return { eventId, announced: true };
}

/** The text that is sent, for ever the same: type and time as Standard Webhooks name them, whom it is about, and what. */
async function writeBody(
  tx: Transaction,
  { kind, customerId, data }: Pick<Announcement<EventKind>, "kind" | "customerId" | "data">,
  occurredAt: Date,
): Promise<string> {
  const [customer] =
    customerId === null
      ? []
      : await tx.execute<{ externalId: string | null }>(sql`
          select external_id as "externalId" from ratebook.customer where id = ${customerId}::uuid`);
  const values: [string, EventValue][] = Object.entries(data);
  return JSON.stringify({
    type: kind,
    timestamp: occurredAt.toISOString(),
    customer: customerId === null ? null : { id: customerId, externalId: customer?.externalId ?? null },
    data: Object.fromEntries(values.map(([name, value]) => [name, written(value)])),
  });
}

/** A bigint in an event is an amount of money. */
const written = (value: EventValue) => (typeof value === "bigint" ? formatUsd(nanos(value)) : value);

async function earlierId(tx: Transaction, key: string): Promise<string> {
  const [row] = await tx.execute<{ id: string }>(sql`
    select id from ratebook.webhook_event where key = ${key}`);
  return must(row, "what an insert conflicts with is there").id;
}

async function subscribers(
  tx: Transaction,
  { kind, customerId, onlyEndpoint }: Announcement<EventKind>,
): Promise<{ id: string }[]> {
  const toCustomer = EVENT_KINDS[kind].audience === "customer";
  return tx.execute<{ id: string }>(sql`
    select id from ratebook.webhook_endpoint
    where state = 'active'
      and (customer_id is null or (${toCustomer} and customer_id = ${customerId}::uuid))
      and (${onlyEndpoint ?? null}::uuid is null or id = ${onlyEndpoint ?? null}::uuid)
      and (events = '{}' or ${kind} = any(events) or id = ${onlyEndpoint ?? null}::uuid)
    order by id`);
}
