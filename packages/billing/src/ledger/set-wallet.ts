import type { Nanos } from "@ratebook/core";
import { sql } from "drizzle-orm";
import type { Executor } from "./open-wallet.ts";

/**
 * Suspends or reactivates a wallet by the operator's decision. Suspension by debt is not touched: it follows from the
 * debt and its cap.
 *
 * @returns false where there is no such wallet
 */
export const setWalletStatus = (
  executor: Executor,
  accountId: string,
  status: "active" | "suspended",
): Promise<boolean> => set(executor, sql`${accountId}::uuid, p_status => ${status}::text`);

/** Sets the debt above which a wallet is suspended, in nanos, at least 0. False where there is no such wallet. */
export const setDebtCap = (executor: Executor, accountId: string, cap: Nanos): Promise<boolean> =>
  set(executor, sql`${accountId}::uuid, p_debt_cap => ${cap.toString()}::bigint`);

/**
 * Sets the levels of available credits, in nanos, whose crossing downwards is announced: in the outcome, and in the outbox
 * as `wallet.crossed_below` with `accountId`, `seq`, `available` and `crossed`. An empty list stops it. False where there
 * is no such wallet.
 */
export const watchBelow = (
  executor: Executor,
  accountId: string,
  levels: readonly Nanos[],
): Promise<boolean> =>
  set(executor, sql`${accountId}::uuid, p_watch_below => ${`{${levels.join(",")}}`}::text::bigint[]`);

/**
 * Holds a wallet until the caller's transaction ends, as posting to it does. Whoever changes rows that a settlement
 * changes too calls it first: a settlement holds the wallet before it comes to them, so both wait in the same order.
 */
export async function lockWallet(tx: Executor, accountId: string): Promise<void> {
  await set(tx, sql`${accountId}::uuid`);
}

async function set(executor: Executor, what: ReturnType<typeof sql>): Promise<boolean> {
  const rows = await executor.execute<{ found: boolean }>(sql`select ratebook.set_wallet(${what}) as found`);
  return rows[0]?.found ?? false;
}
