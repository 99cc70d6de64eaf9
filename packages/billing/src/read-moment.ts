import type { Sql } from "@ratebook/db";

/** Runs several statements that all see one moment of the database, and write nothing. */
export function readMoment<T>({ sql }: { sql: Sql }, work: (sql: Sql) => Promise<T>): Promise<Awaited<T>> {
  // A transaction takes the same queries as a pool; it only begins no other transaction, which no reader does.
  return sql.begin("isolation level repeatable read read only", (tx) =>
    work(tx as unknown as Sql),
  ) as Promise<Awaited<T>>;
}

/**
 * Lets the transaction's statements run for ten minutes. To the database a cursor is one statement from its first row to
 * its last, the work between its batches included.
 */
export const allowLongRead = async (tx: Pick<Sql, "unsafe">): Promise<void> => {
  await tx.unsafe("set local statement_timeout = '10min'");
};
