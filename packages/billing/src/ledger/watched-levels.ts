import { must, type Nanos, nanos } from "@ratebook/core";
import { sql } from "drizzle-orm";
import type { Executor } from "./open-wallet.ts";
import { lockWallet, watchBelow } from "./set-wallet.ts";

/**
 * Replaces levels that one area watches of a wallet and leaves those of others. A level that two watch is watched until
 * both let go of it. The wallet is held until the transaction ends, so two who change levels at once wait for each other.
 */
export async function exchangeWatchedLevels(
  tx: Executor,
  accountId: string,
  { remove, add }: { remove: readonly Nanos[]; add: readonly Nanos[] },
): Promise<void> {
  if (remove.length === 0 && add.length === 0) return;
  await lockWallet(tx, accountId);
  const [row] = await tx.execute<{ levels: string | null }>(sql`
    select array_to_string(watch_below, ',') as levels from ratebook.wallet
    where bucket = ratebook.bucket_of(${accountId}::uuid) and account_id = ${accountId}::uuid`);
  const { levels } = must(row, "a customer has a wallet");
  const watched =
    levels === null || levels === "" ? [] : levels.split(",").map((level) => nanos(BigInt(level)));
  const kept = remove.reduce<Nanos[]>(removeOnce, watched);
  await watchBelow(tx, accountId, [...kept, ...add]);
}

function removeOnce(levels: readonly Nanos[], level: Nanos): Nanos[] {
  const place = levels.indexOf(level);
  return place < 0 ? [...levels] : levels.toSpliced(place, 1);
}
