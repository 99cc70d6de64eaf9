import { sql } from "drizzle-orm";
import {
  bigint,
  date,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { ratebook } from "./schema.ts";

const nanos = (name: string) => bigint(name, { mode: "bigint" }).notNull();
const instant = (name: string) => timestamp(name, { withTimezone: true }).notNull();

/** How a provider's invoices and usage exports are read: which column is what. */
export const upstreamMapping = ratebook.table("upstream_mapping", {
  provider: text("provider").primaryKey(),
  mapping: jsonb("mapping").notNull(),
  updatedBy: text("updated_by").notNull(),
  updatedAt: instant("updated_at"),
});

/** A document of a provider about what it billed us, imported once. */
export const upstreamImport = ratebook.table(
  "upstream_import",
  {
    id: uuid("id").primaryKey(),
    provider: text("provider").notNull(),
    /** Which of our accounts with the provider; empty where there is one. */
    account: text("account").notNull(),
    fileName: text("file_name").notNull(),
    /** Of the document and of how it was read. */
    sha256: text("sha256").notNull(),
    rows: integer("rows").notNull(),
    total: nanos("total"),
    firstDay: date("first_day").notNull(),
    lastDay: date("last_day").notNull(),
    importedBy: text("imported_by").notNull(),
    importedAt: instant("imported_at"),
  },
  (table) => [
    unique("upstream_import_document").on(table.provider, table.account, table.sha256),
    index("upstream_import_at").on(table.importedAt),
  ],
);

/** What a provider billed for a model and a day, by line of its document. */
export const upstreamLine = ratebook.table(
  "upstream_line",
  {
    importId: uuid("import_id").notNull(),
    line: integer("line").notNull(),
    provider: text("provider").notNull(),
    account: text("account").notNull(),
    day: date("day").notNull(),
    /** As the provider spells it. */
    model: text("model").notNull(),
    /** As we do. */
    offering: text("offering").notNull(),
    requests: bigint("requests", { mode: "bigint" }),
    amount: nanos("amount"),
    /** A later import of the same day took its place. */
    supersededBy: uuid("superseded_by"),
  },
  (table) => [
    primaryKey({ columns: [table.importId, table.line] }),
    index("upstream_line_day").on(table.day, table.provider).where(sql`superseded_by is null`),
  ],
);
