import { sql } from "drizzle-orm";
import { bigint, index, jsonb, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** What the payment sandbox remembers: its customers, payments, events, deliveries and answered requests, as documents. */
export const sandboxObject = ratebook.table(
  "sandbox_object",
  {
    id: text("id").primaryKey(),
    /** Order of creation, because the documents' own times are whole seconds. */
    seq: bigint("seq", { mode: "bigint" }).notNull().generatedAlwaysAsIdentity(),
    kind: text("kind").notNull(),
    /** Ids of other objects this one is listed under. */
    refs: text("refs").array().notNull().default(sql`'{}'`),
    /** When something has to be done with it; null when nothing has. */
    dueAt: instant("due_at"),
    data: jsonb("data").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("sandbox_object_kind").on(table.kind, table.seq),
    index("sandbox_object_refs").using("gin", table.refs),
    index("sandbox_object_due").on(table.dueAt).where(sql`due_at is not null`),
  ],
);
