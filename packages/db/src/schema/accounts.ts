import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { ratebook } from "./schema.ts";

const createdAt = () => instant("created_at").notNull().default(sql`now()`);

/** A customer is an organization that pays. Its id is also its wallet's account id. */
export const customer = ratebook.table(
  "customer",
  {
    id: uuid("id").primaryKey(),
    /** The platform's own id for this customer. */
    externalId: text("external_id"),
    name: text("name").notNull(),
    email: text("email"),
    metadata: jsonb("metadata").notNull().default(sql`'{}'::jsonb`),
    /** Time zone for display only; days and periods are UTC. */
    timeZone: text("time_zone").notNull().default("UTC"),
    createdAt: createdAt(),
    updatedAt: instant("updated_at").notNull().default(sql`now()`),
  },
  (table) => [
    uniqueIndex("customer_external_id").on(table.externalId),
    index("customer_name").on(table.name),
  ],
);

/** An agent a customer names on its usage; created by the first event that names it. */
export const agent = ratebook.table(
  "agent",
  {
    customerId: uuid("customer_id").notNull(),
    agentId: text("agent_id").notNull(),
    name: text("name").notNull(),
    metadata: jsonb("metadata").notNull().default(sql`'{}'::jsonb`),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.agentId] })],
);

/** An app a customer names on its usage; created by the first event that names it. */
export const app = ratebook.table(
  "app",
  {
    customerId: uuid("customer_id").notNull(),
    appId: text("app_id").notNull(),
    name: text("name").notNull(),
    slug: text("slug").notNull(),
    metadata: jsonb("metadata").notNull().default(sql`'{}'::jsonb`),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.customerId, table.appId] })],
);

/** A program's credential. Only the hash is kept; the text is shown once. */
export const apiKey = ratebook.table(
  "api_key",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind", { enum: ["customer", "service", "worker"] }).notNull(),
    /** Null for service and worker keys, which belong to the platform. */
    customerId: uuid("customer_id"),
    name: text("name").notNull(),
    /** Hex SHA-256 of the whole key text. */
    hash: text("hash").notNull(),
    /** Of the text before the last rotation, which is good until then. */
    previousHash: text("previous_hash"),
    previousUntil: instant("previous_until"),
    prefix: text("prefix").notNull(),
    lastFour: text("last_four").notNull(),
    scopes: text("scopes").array().notNull(),
    /** Null: as many as any key of its kind. */
    requestsPerMinute: integer("requests_per_minute"),
    createdBy: text("created_by"),
    createdAt: createdAt(),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [
    uniqueIndex("api_key_hash").on(table.hash),
    uniqueIndex("api_key_previous_hash").on(table.previousHash),
    index("api_key_customer").on(table.customerId),
    check("api_key_rate", sql`requests_per_minute > 0`),
  ],
);

/** Who did what, to what, why. Append-only. */
export const auditEntry = ratebook.table(
  "audit_entry",
  {
    id: uuid("id").primaryKey(),
    at: instant("at").notNull(),
    actorKind: text("actor_kind", { enum: ["operator", "member", "key", "system"] }).notNull(),
    actorId: text("actor_id").notNull(),
    action: text("action").notNull(),
    subject: text("subject").notNull(),
    customerId: uuid("customer_id"),
    before: jsonb("before"),
    after: jsonb("after"),
    reason: text("reason"),
  },
  (table) => [
    index("audit_entry_at").on(table.at),
    index("audit_entry_customer").on(table.customerId, table.at),
  ],
);

/** An e-mail: kept here always, sent where a mail server is configured. */
export const mail = ratebook.table(
  "mail",
  {
    id: uuid("id").primaryKey(),
    /** One mail per occasion. */
    key: text("key").notNull(),
    recipient: text("recipient").notNull(),
    template: text("template").notNull(),
    subject: text("subject").notNull(),
    text: text("text").notNull(),
    /** The same as HTML; null where it was written as text alone. */
    html: text("html"),
    state: text("state", { enum: ["kept", "sent", "failed"] }).notNull(),
    error: text("error"),
    attempts: integer("attempts").notNull().default(0),
    createdAt: createdAt(),
    sentAt: instant("sent_at"),
    /** When it is tried next; null: it was sent, given up, or written while there was no mail server. */
    dueAt: instant("due_at"),
  },
  (table) => [
    uniqueIndex("mail_key").on(table.key),
    index("mail_created").on(table.createdAt),
    index("mail_failed").on(table.createdAt).where(sql`state = 'failed'`),
    index("mail_due").on(table.dueAt).where(sql`due_at is not null`),
  ],
);

/** An operator's setting, by name. */
export const setting = ratebook.table("setting", {
  name: text("name").primaryKey(),
  value: jsonb("value").notNull(),
  /** True where the value must not be shown. */
  secret: boolean("secret").notNull().default(false),
  updatedAt: instant("updated_at").notNull().default(sql`now()`),
});
