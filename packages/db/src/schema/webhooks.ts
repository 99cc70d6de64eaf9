import { sql } from "drizzle-orm";
import { boolean, check, index, integer, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** An address that is told of events: a customer's of its own, the platform's of everybody's. */
export const webhookEndpoint = ratebook.table(
  "webhook_endpoint",
  {
    id: uuid("id").primaryKey(),
    /** Null: the platform's. */
    customerId: uuid("customer_id"),
    url: text("url").notNull(),
    description: text("description").notNull(),
    /** Kinds it wants; empty: all that its owner may see. */
    events: text("events").array().notNull(),
    state: text("state", { enum: ["active", "disabled", "removed"] }).notNull(),
    /** Why it is disabled, as a word. */
    disabledBecause: text("disabled_because", { enum: ["by_hand", "failing", "gone"] }),
    /** Sealed with a key derived from the server's secret; the text is shown once. */
    secret: text("secret").notNull(),
    /** The one before, which signs too until then. */
    previousSecret: text("previous_secret"),
    previousUntil: instant("previous_until"),
    /** First failure since the last success; null while deliveries succeed. */
    failingSince: instant("failing_since"),
    lastSuccessAt: instant("last_success_at"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    index("webhook_endpoint_customer").on(table.customerId),
    check("webhook_endpoint_disabled", sql`(state = 'disabled') = (disabled_because is not null)`),
    check("webhook_endpoint_previous", sql`(previous_secret is null) = (previous_until is null)`),
  ],
);

/** Something that was announced, as the very text that is sent. */
export const webhookEvent = ratebook.table(
  "webhook_event",
  {
    id: uuid("id").primaryKey(),
    /** One event per occasion. */
    key: text("key").notNull(),
    kind: text("kind").notNull(),
    /** Whom it is about; null: the installation. */
    customerId: uuid("customer_id"),
    body: text("body").notNull(),
    /** True: tried until a platform endpoint acknowledges it. */
    mustAcknowledge: boolean("must_acknowledge").notNull(),
    /** First answer 2xx of a platform endpoint. */
    acknowledgedAt: instant("acknowledged_at"),
    /** It no longer holds: not sent any more, nor replayed. */
    withdrawnAt: instant("withdrawn_at"),
    occurredAt: instant("occurred_at").notNull(),
  },
  (table) => [
    uniqueIndex("webhook_event_key").on(table.key),
    index("webhook_event_occurred").on(table.occurredAt),
    index("webhook_event_waiting")
      .on(table.occurredAt)
      .where(sql`must_acknowledge and acknowledged_at is null`),
  ],
);

/** One event on its way to one endpoint. */
export const webhookDelivery = ratebook.table(
  "webhook_delivery",
  {
    id: uuid("id").primaryKey(),
    endpointId: uuid("endpoint_id").notNull(),
    eventId: uuid("event_id").notNull(),
    state: text("state", { enum: ["pending", "delivered", "failed"] }).notNull(),
    /** Tries since it was made or replayed. */
    attempts: integer("attempts").notNull(),
    /** When it is tried next; null: it ended, or its endpoint is disabled. */
    dueAt: instant("due_at"),
    deliveredAt: instant("delivered_at"),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("webhook_delivery_event").on(table.endpointId, table.eventId),
    index("webhook_delivery_due").on(table.dueAt).where(sql`due_at is not null`),
    index("webhook_delivery_state").on(table.state, table.id),
    check("webhook_delivery_ended", sql`state = 'pending' or due_at is null`),
  ],
);

/** One try and what came of it. */
export const webhookAttempt = ratebook.table(
  "webhook_attempt",
  {
    id: uuid("id").primaryKey(),
    deliveryId: uuid("delivery_id").notNull(),
    at: instant("at").notNull(),
    tookMs: integer("took_ms").notNull(),
    /** Null where no answer came. */
    status: integer("status"),
    /** Beginning of the answer, as text. */
    excerpt: text("excerpt"),
    error: text("error"),
  },
  (table) => [index("webhook_attempt_delivery").on(table.deliveryId, table.at)],
);
