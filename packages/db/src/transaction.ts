import type { Database } from "./client.ts";
import { sqlStateOf } from "./database-errors.ts";

/** What a verb queries with inside a transaction. */
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/**
 * Runs `work` in one read-committed transaction and returns its value after COMMIT.
 *
 * A thrown error rolls back. So does a returned failure (`{ ok: false }`): a refusal writes nothing, and is handed to
 * the caller as the value it is. When the server aborts the transaction for a conflict with another (serialization
 * failure 40001, deadlock 40P01), the whole of `work` runs again, so it must have no effect outside `tx`.
 *
 * @param attempts how often `work` may run in total
 */
export async function inTransaction<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  { attempts = 4 }: { attempts?: number } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(db, work);
    } catch (error) {
      if (attempt >= attempts || !CONFLICTS.has(sqlStateOf(error) ?? "")) throw error;
    }
  }
}

async function runOnce<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  let refused: { value: T } | undefined;
  try {
    return await db.transaction(async (tx) => {
      const value = await work(tx);
      if (!isFailure(value)) return value;
      refused = { value };
      throw new Refused();
    });
  } catch (error) {
    if (error instanceof Refused && refused !== undefined) return refused.value;
    throw error;
  }
}

const isFailure = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "ok" in value && value.ok === false && "error" in value;

/** Only drizzle's way of rolling back: it never leaves this file. */
class Refused extends Error {}

const CONFLICTS = new Set(["40001", "40P01"]);
