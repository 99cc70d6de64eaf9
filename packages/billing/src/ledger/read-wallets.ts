import { type Nanos, nanos } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";

/** What a wallet holds, for lists. */
export type WalletStanding = {
  balance: Nanos;
  available: Nanos;
  held: Nanos;
  debt: Nanos;
  status: "active" | "suspended";
};

/**
 * Many wallets at once, by account. Unlike a single wallet's reading it shows due holds and grants as they stand until
 * the sweeper rolls them, at most a minute later.
 */
export async function readWallets(
  ctx: Pick<Ctx, "sql">,
  accounts: readonly string[],
): Promise<Map<string, WalletStanding>> {
  type Row = { account: string; balance: bigint; held: bigint; debt: bigint; suspended: boolean };
  const rows = await ctx.sql<Row[]>`
    select account_id as account, balance, held, debt, status = 'suspended' or debt > debt_cap as suspended
    from ratebook.wallet
    where (bucket, account_id) in (select ratebook.bucket_of(id), id from unnest(${[...accounts]}::uuid[]) as id)`;
  return new Map(
    rows.map(({ account, balance, held, debt, suspended }) => [
      account,
      {
        balance: nanos(balance),
        available: nanos(balance - held),
        held: nanos(held),
        debt: nanos(debt),
        status: suspended ? "suspended" : "active",
      },
    ]),
  );
}
