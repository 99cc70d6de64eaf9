import { sql } from "drizzle-orm";
import { index, jsonb, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { ratebook } from "./schema.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/**
 * What a hold was placed for, so that its settle need not name it again. Written before the hold is posted; a row whose
 * hold was refused means nothing.
 */
export const holdRequest = ratebook.table(
  "hold_request",
  {
    customerId: uuid("customer_id").notNull(),
    /** The op id that places the hold. */
    holdId: uuid("hold_id").notNull(),
    /** As the caller named it. */
    offering: text("offering"),
    dimensions: jsonb("dimensions").notNull().default(sql`'{}'::jsonb`),
    agentId: text("agent_id"),
    appId: text("app_id"),
    userId: text("user_id"),
    /** The key that asked. */
    keyId: text("key_id"),
    metadata: jsonb("metadata").notNull().default(sql`'{}'::jsonb`),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.customerId, table.holdId] }),
    index("hold_request_created").on(table.createdAt),
  ],
);
