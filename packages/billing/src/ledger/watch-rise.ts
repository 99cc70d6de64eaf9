import { must, type Nanos, nanos } from "@ratebook/core";
import { sql } from "drizzle-orm";
import type { Executor } from "./open-wallet.ts";

/**
 * Has the ledger announce, in the outbox as `wallet.risen` with `accountId` and `seq`, every credit of a wallet and every
 * end of a hold that lifts it to a level; null stops it. The wallet stays locked until the transaction ends.
 *
 * @param level of available credits less debt, in nanos
 * @returns what is there at that instant, debt taken off: credits that come later are announced
 */
export async function watchRise(tx: Executor, accountId: string, level: Nanos | null): Promise<Nanos> {
  const [row] = await tx.execute<{ worth: bigint | null }>(sql`
    select ratebook.watch_rise(${accountId}::uuid, ${level === null ? null : level.toString()}::bigint) as worth`);
  return nanos(must(row?.worth, "a customer has a wallet"));
}
