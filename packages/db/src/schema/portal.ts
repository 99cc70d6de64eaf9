import { sql } from "drizzle-orm";
import { check, index, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** A customer's visit to its dashboard through the platform: an address that opens it once, and the visit itself. */
export const portalSession = ratebook.table(
  "portal_session",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    /** Where the visit leads back to; of an allowed origin. */
    returnUrl: text("return_url").notNull(),
    /** Key that made it, for the audit. */
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Hex SHA-256 of the token in the address. */
    tokenHash: text("token_hash").notNull(),
    tokenExpiresAt: instant("token_expires_at").notNull(),
    usedAt: instant("used_at"),
    /** Hex SHA-256 of the visit's cookie. */
    visitHash: text("visit_hash"),
    visitExpiresAt: instant("visit_expires_at"),
    endedAt: instant("ended_at"),
  },
  (table) => [
    uniqueIndex("portal_session_token").on(table.tokenHash),
    uniqueIndex("portal_session_visit").on(table.visitHash),
    index("portal_session_created").on(table.createdAt),
    check("portal_session_used", sql`(used_at is null) = (visit_hash is null)`),
    check("portal_session_visit", sql`(visit_hash is null) = (visit_expires_at is null)`),
  ],
);
