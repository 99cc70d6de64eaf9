import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  date,
  index,
  integer,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, nanos } from "./columns.ts";
import { ratebook } from "./schema.ts";

export const RESOURCE_STATES = [
  /** Asked for; nothing runs yet and nothing is billed by the day. */
  "deploying",
  "running",
  /** Nothing runs; it can be started again. */
  "stopped",
  /** Its deployment failed and the fee went back. */
  "failed",
  "deleted",
] as const;

/** Something billed by the day: a container, stored knowledge, or a kind of the operator's own. */
export const resource = ratebook.table(
  "resource",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    /** `container`, `storage`, or a configured one. */
    kind: text("kind").notNull(),
    name: text("name").notNull(),
    project: text("project"),
    /** CPU units of one instance; null for kinds without a size, as is memory. */
    cpu: integer("cpu"),
    memoryMb: integer("memory_mb"),
    instances: integer("instances").notNull(),
    state: text("state", { enum: RESOURCE_STATES }).notNull(),
    /** Why it is stopped. */
    stopCause: text("stop_cause", { enum: ["customer", "credits"] }),
    /** The caller's idempotency key of its creation. */
    createKey: text("create_key"),
    /** The debit of its deployment fee. */
    feeOpId: uuid("fee_op_id"),
    /** Bytes of the latest sample, where it is measured. */
    lastBytes: bigint("last_bytes", { mode: "bigint" }),
    lastSampleAt: instant("last_sample_at"),
    /** The first UTC day that is not billed; null where nothing is left to bill. */
    nextDay: date("next_day", { mode: "string" }),
    createdAt: instant("created_at").notNull(),
    deployedAt: instant("deployed_at"),
    /** When it was deleted, or its deployment failed. */
    endedAt: instant("ended_at"),
    /** When operators were last told that the platform does not say what became of its deployment. */
    alarmedAt: instant("alarmed_at"),
  },
  (table) => [
    uniqueIndex("resource_create_key").on(table.customerId, table.kind, table.createKey),
    uniqueIndex("resource_measured")
      .on(table.customerId, table.name)
      .where(sql`kind = 'storage' and state <> 'deleted'`),
    index("resource_customer").on(table.customerId, table.id),
    index("resource_deploying").on(table.createdAt).where(sql`state = 'deploying'`),
    index("resource_due").on(table.nextDay, table.id).where(sql`next_day is not null`),
    check("resource_size", sql`instances > 0 and cpu > 0 and memory_mb > 0`),
    check("resource_ended", sql`(state in ('failed', 'deleted')) = (ended_at is not null)`),
  ],
);

/** A stretch in which a resource ran unchanged. A resource has at most one that is open. */
export const resourceRun = ratebook.table(
  "resource_run",
  {
    resourceId: uuid("resource_id").notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    /** How much it counts, in 1792ths of the flat price. */
    weight: bigint("weight", { mode: "bigint" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.resourceId, table.startedAt] }),
    uniqueIndex("resource_run_open").on(table.resourceId).where(sql`ended_at is null`),
    check("resource_run_order", sql`ended_at >= started_at and weight > 0`),
  ],
);

/** A day of a resource as it was billed, once. The debit is the ledger's entry of the same operation. */
export const resourceDay = ratebook.table(
  "resource_day",
  {
    resourceId: uuid("resource_id").notNull(),
    day: date("day", { mode: "string" }).notNull(),
    customerId: uuid("customer_id").notNull(),
    opId: uuid("op_id").notNull(),
    amountNanos: nanos("amount_nanos").notNull(),
    /** `parked`: no price was found; it is rated like other parked usage. */
    state: text("state", { enum: ["billed", "parked"] }).notNull(),
    billedAt: instant("billed_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.resourceId, table.day] }),
    check("resource_day_amount", sql`amount_nanos >= 0`),
  ],
);

/** How many bytes a measured resource held at an instant, as the platform said, once per instant. */
export const storageSample = ratebook.table(
  "storage_sample",
  {
    resourceId: uuid("resource_id").notNull(),
    sampledAt: instant("sampled_at").notNull(),
    bytes: bigint("bytes", { mode: "bigint" }).notNull(),
    receivedAt: instant("received_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.resourceId, table.sampledAt] }),
    check("storage_sample_bytes", sql`bytes >= 0`),
  ],
);

/** How far the shutdown of a customer's resources has come; no row is the same as active. */
export const shutdownNotice = ratebook.table(
  "shutdown_notice",
  {
    customerId: uuid("customer_id").primaryKey(),
    state: text("state", { enum: ["active", "warned", "stopping", "stopped"] }).notNull(),
    /** Counts warnings, so that each has mails of its own. */
    episode: integer("episode").notNull(),
    warnedAt: instant("warned_at"),
    deliveredAt: instant("delivered_at"),
    stoppingAt: instant("stopping_at"),
    stoppedAt: instant("stopped_at"),
    /** Set once operators were told that the warning's mail was not taken. */
    mailFailedAt: instant("mail_failed_at"),
  },
  (table) => [
    index("shutdown_notice_open").on(table.state, table.customerId).where(sql`state <> 'active'`),
    check("shutdown_notice_warned", sql`(state = 'active') or (warned_at is not null)`),
    check(
      "shutdown_notice_stopping",
      sql`state in ('active', 'warned') or (delivered_at is not null and stopping_at is not null)`,
    ),
  ],
);

export const RESOURCE_ACTIONS = ["deploy", "scale", "start", "stop", "delete"] as const;

/** What the platform has to carry out: announced to its webhooks until one acknowledges. */
export const resourceIntent = ratebook.table(
  "resource_intent",
  {
    id: uuid("id").primaryKey(),
    resourceId: uuid("resource_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    action: text("action", { enum: RESOURCE_ACTIONS }).notNull(),
    cause: text("cause", { enum: ["customer", "credits"] }).notNull(),
    state: text("state", { enum: ["open", "acknowledged", "cancelled"] }).notNull(),
    createdAt: instant("created_at").notNull(),
    endedAt: instant("ended_at"),
    /** Set once operators were told that nobody acknowledges it. */
    alarmedAt: instant("alarmed_at"),
  },
  (table) => [
    index("resource_intent_created").on(table.createdAt, table.id),
    index("resource_intent_open").on(table.createdAt, table.id).where(sql`state = 'open'`),
    index("resource_intent_resource").on(table.resourceId, table.createdAt),
    // The credits' stop is one open intent, whichever server issues it.
    uniqueIndex("resource_intent_stop").on(table.resourceId).where(sql`cause = 'credits' and state = 'open'`),
    check("resource_intent_ended", sql`(state = 'open') = (ended_at is null)`),
  ],
);
