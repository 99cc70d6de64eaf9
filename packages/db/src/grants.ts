import type postgres from "postgres";

/**
 * Tables whose rows are facts: the app may add to them and read them, and nothing else. A correction is a new row.
 */
export const APPEND_ONLY_TABLES: readonly string[] = [
  "allocation",
  "audit_entry",
  "catalogue_version",
  "contract_version",
  "contract_volume_close",
  "custom_invoice_posting",
  "entry",
  "invoice",
  "markup_policy",
  "payment_consent",
  "payment_posting",
  "rate",
  "snapshot",
  "usage_event",
];

/** Tables that only the ledger's functions write: they run as the owner, so the app needs no right to change a row. */
export const LEDGER_TABLES: readonly string[] = [
  "allocation",
  "budget",
  "budget_counter",
  "entry",
  "grant",
  "hold",
  "outbox",
  "spending_pause",
  "usage_event",
  "wallet",
];

/** Columns of append-only tables that may be set later; a trigger on the table allows it once and nothing else. */
export const CLOSING_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  contract_version: ["valid_until", "revision"],
  rate: ["closed_version", "closed_at"],
};

/**
 * Sets what the app's role may do in schema `ratebook`: everything with rows, except changing or deleting those of
 * append-only tables, and writing the ledger's; functions may be called. It owns nothing and cannot change the schema.
 */
export async function grantApp(tx: postgres.TransactionSql, role: string): Promise<void> {
  await tx`grant usage on schema ratebook to ${tx(role)}`;
  await tx`grant select, insert, update, delete on all tables in schema ratebook to ${tx(role)}`;
  await tx`grant usage, select on all sequences in schema ratebook to ${tx(role)}`;
  await tx`grant execute on all functions in schema ratebook to ${tx(role)}`;
  await tx`revoke insert, update, delete on ratebook.schema_migration from ${tx(role)}`;
  const present = await tx`select tablename from pg_tables where schemaname = 'ratebook'`;
  for (const table of present.map((row) => String(row.tablename))) {
    const name = tx(`ratebook.${table}`);
    if (LEDGER_TABLES.includes(table)) await tx`revoke insert, update, delete on ${name} from ${tx(role)}`;
    if (!APPEND_ONLY_TABLES.includes(table)) continue;
    await tx`revoke update, delete, truncate on ${name} from ${tx(role)}`;
    const closing = CLOSING_COLUMNS[table];
    if (closing) await tx`grant update (${tx(closing)}) on ${name} to ${tx(role)}`;
  }
}
