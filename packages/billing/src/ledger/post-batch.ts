import type { Sql } from "@ratebook/db";
import { type AnswerRow, batchArguments, type WireOp } from "./wire.ts";

/**
 * Posts operations by one call in one transaction of its own.
 *
 * @param now for tests; null means the database's clock, read after the wallets are locked
 * @returns a row an operation, in the operations' order, after COMMIT
 */
export async function postBatch(sql: Sql, ops: readonly WireOp[], now: Date | null): Promise<AnswerRow[]> {
  const [requests, pools, dimensions, lines, metadata] = batchArguments(ops);
  const rows = await sql<AnswerRow[]>`
    select * from ratebook.post_batch(${requests}::text::ratebook.request[], ${pools}, ${dimensions}, ${lines}, ${metadata},
      ${now}::timestamptz)`;
  return inOrder(rows);
}

/** The function answers by account; callers wait by position. */
export function inOrder(rows: readonly AnswerRow[]): AnswerRow[] {
  const ordered: AnswerRow[] = [];
  for (const row of rows) ordered[row.n - 1] = row;
  return ordered;
}
