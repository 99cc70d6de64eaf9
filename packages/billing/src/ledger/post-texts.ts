import type { Sql } from "@ratebook/db";
import { type AnswerRow, batchText } from "./wire.ts";

/**
 * Posts operations, as `operationText` wrote them, by one call in one transaction of its own.
 *
 * @param now for tests; null means the database's clock, read after the wallets are locked
 * @returns a row an operation, in the operations' order, after COMMIT
 */
export async function postTexts(sql: Sql, texts: readonly string[], now: Date | null): Promise<AnswerRow[]> {
  const rows = await sql<AnswerRow[]>`
    select * from ratebook.post_batch(${batchText(texts)}::text::ratebook.request[], ${now}::timestamptz)`;
  return inOrder(rows);
}

/** The function answers by account; callers wait by position. */
export function inOrder(rows: readonly AnswerRow[]): AnswerRow[] {
  const ordered: AnswerRow[] = [];
  for (const row of rows) ordered[row.n - 1] = row;
  return ordered;
}
