import type { Ledger } from "@ratebook/billing";
import { nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { GRANTED, MEANING, newId } from "./debit-op.ts";

/** A wallet with its bucket, which a client that writes rows by itself has to know. */
export type Wallet = { account: string; bucket: number };

/** Opens wallets with more credits than a bench can use up. */
export async function openWallets(sql: Sql, ledger: Ledger, count: number): Promise<Wallet[]> {
  const accounts = Array.from({ length: count }, newId);
  const wallets = await sql<Wallet[]>`
    select account, ratebook.bucket_of(account)::int as bucket
    from unnest(${accounts}::uuid[]) as account, lateral ratebook.open_wallet(account)`;
  const outcomes = await Promise.all(
    accounts.map((account) =>
      ledger.post({
        kind: "grant",
        account,
        opId: newId(),
        meaningHash: MEANING,
        amount: nanos(GRANTED),
        category: "purchased",
        contra: "clearing:sandbox",
        source: "bench",
      }),
    ),
  );
  const refused = outcomes.find(({ kind }) => kind !== "done");
  if (refused) throw new Error(`a grant was answered ${refused.kind}`);
  return wallets;
}

/** Goes round wallets for ever, in strides, so that neighbours in time are no neighbours in the index. */
export function roundRobin<T>(items: readonly [T, ...T[]] | readonly T[]): () => T {
  let place = 0;
  return () => {
    place = (place + STRIDE) % items.length;
    const item = items[place];
    if (item === undefined) throw new Error("there is nothing to go round");
    return item;
  };
}

/** A prime that divides no count of wallets used here. */
const STRIDE = 7919;
