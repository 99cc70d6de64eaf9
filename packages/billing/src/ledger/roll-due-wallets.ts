import type { Sql } from "@ratebook/db";

/**
 * Expires holds and forfeits grants of idle wallets whose instant has passed; wallets in use roll by themselves. Also
 * forgets holds that expired more than 7 days ago.
 *
 * Bounded and safe to run twice or in two places at once: wallets that somebody works on are skipped.
 *
 * @param limit wallets in this call
 * @param now for tests; the database's clock otherwise
 * @returns how many wallets were due; fewer than `limit` means none is left
 */
export async function rollDueWallets(
  { sql }: { sql: Sql },
  { limit, now = null }: { limit: number; now?: Date | null },
): Promise<number> {
  const [row] = await sql<{ rolled: number }[]>`
    select ratebook.roll_due(${limit}::int, ${now}::timestamptz) as rolled`;
  return row?.rolled ?? 0;
}
