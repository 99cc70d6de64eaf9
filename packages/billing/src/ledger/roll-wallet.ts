import type { Sql } from "@ratebook/db";

/**
 * Brings one wallet up to date before it is read: due holds expire, due grants are forfeited. Does nothing, and writes
 * nothing, where nothing is due or there is no such wallet.
 *
 * @param now for tests; the database's clock otherwise
 */
export async function rollWallet(
  { sql }: { sql: Sql },
  accountId: string,
  now: Date | null = null,
): Promise<void> {
  await sql`select ratebook.roll_wallet(${accountId}::uuid, ${now}::timestamptz)`;
}
