import { must, type Nanos, nanos } from "@ratebook/core";
import { sql } from "drizzle-orm";
import type { Executor } from "./open-wallet.ts";

/** A wallet's balance and place in its history, read in the caller's transaction. */
export async function balanceWithin(
  tx: Executor,
  accountId: string,
): Promise<{ balance: Nanos; debt: Nanos; seq: bigint }> {
  const [row] = await tx.execute<{ balance: bigint; debt: bigint; seq: bigint }>(sql`
    select balance, debt, seq from ratebook.wallet
    where bucket = ratebook.bucket_of(${accountId}::uuid) and account_id = ${accountId}::uuid`);
  const { balance, debt, seq } = must(row, "a customer has a wallet");
  return { balance: nanos(balance), debt: nanos(debt), seq };
}
