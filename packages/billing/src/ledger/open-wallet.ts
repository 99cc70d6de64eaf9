import type { Database } from "@ratebook/db";
import { sql } from "drizzle-orm";

/** The database or a transaction of it. */
export type Executor = Pick<Database, "execute">;

/**
 * Opens the wallet of an account, empty; does nothing where it is open already.
 *
 * @param executor the transaction that creates the customer, so that neither exists without the other
 */
export async function openWallet(executor: Executor, accountId: string): Promise<void> {
  await executor.execute(sql`select ratebook.open_wallet(${accountId}::uuid)`);
}
