import { createLedger, type Ledger } from "@ratebook/billing";
import type { Bench } from "./bench.ts";
import { debitByTransaction } from "./client-debit.ts";
import { debitOp } from "./debit-op.ts";
import { threeDigits } from "./figures-table.ts";
import type { Lab } from "./lab.ts";
import { alternate, median, medianRatio, type Pair } from "./statistics.ts";
import { openWallets, roundRobin } from "./wallets.ts";
import { cpuPerOperation, type Worked, work } from "./work.ts";

/** Debits through the batcher against one client transaction per debit, all on one wallet. */
export const hotWallet: Bench = {
  name: "hot-wallet",
  title: "64 callers debit one wallet: through the batcher, and with a transaction of their own each",
  run: (lab) => compare(lab, { wallets: 1, atLeast: 8 }),
};

/** The same where callers rarely meet. */
export const manyWallets: Bench = {
  name: "many-wallets",
  title: "64 callers debit 10,000 wallets: through the batcher, and with a transaction of their own each",
  run: (lab) => compare(lab, { wallets: 10_000, atLeast: 3 }),
};

/** Callers of every bench of debits. */
export const CALLERS = 64;

/** Posts one debit and fails unless it was posted. */
export async function debitByLedger(ledger: Ledger, account: string): Promise<void> {
  const outcome = await ledger.post(debitOp(account));
  if (outcome.kind !== "done") throw new Error(`a debit was answered ${outcome.kind}`);
}

/** Rounds of a comparison and how long each lasts. */
export const pace = ({ quick }: Pick<Lab, "quick">): { rounds: number; forMs: number } =>
  quick ? { rounds: 1, forMs: 300 } : { rounds: 5, forMs: 1_500 };

/** The two sides of a comparison for people: medians a second. */
export const perSecond = (pairs: readonly Pair<{ perSecond: number }>[]): string =>
  bothSides(pairs, "a second", (side) => side.perSecond);

/** Medians of both sides, in a unit. */
export const bothSides = <T>(pairs: readonly Pair<T>[], unit: string, of: (side: T) => number): string => {
  const middle = (side: "ours" | "other"): string => threeDigits(median(pairs.map((pair) => of(pair[side]))));
  return `${middle("ours")} : ${middle("other")} ${unit}`;
};

/** The median ratio of operations a second. */
export const speedRatio = (pairs: readonly Pair<{ perSecond: number }>[]): number =>
  medianRatio(pairs.map(({ ours, other }) => ({ ours: ours.perSecond, other: other.perSecond })));

async function compare(lab: Lab, { wallets: count, atLeast }: { wallets: number; atLeast: number }) {
  const database = await lab.openDatabase("debits");
  const { sql } = database.connect({ max: 2 });
  const client = database.connect({ max: CALLERS, as: "owner" });
  const ledger = createLedger({ sql });
  const next = roundRobin(await openWallets(sql, ledger, count));
  const batched = (): Promise<void> => debitByLedger(ledger, next().account);
  const alone = (): Promise<void> => debitByTransaction(client.sql, next());
  const { rounds, forMs } = pace(lab);
  const drive = (debit: () => Promise<void>, ms: number): Promise<Worked> =>
    work({ callers: CALLERS, forMs: ms, others: database.backends }, debit);
  // Opens every connection and compiles every statement, so that neither side pays for it in its first round.
  for (const debit of [batched, alone]) await drive(debit, forMs / 3);
  const pairs = await alternate(rounds, {
    ours: () => drive(batched, forMs),
    other: () => drive(alone, forMs),
  });
  await ledger.close();
  const where = count === 1 ? "one hot wallet" : `${count.toLocaleString("en")} wallets`;
  return [
    {
      what: `debits, ${CALLERS} callers, ${where}, batcher : client transactions`,
      measured: speedRatio(pairs),
      unit: "ratio" as const,
      target: { atLeast },
      note: `${perSecond(pairs)}; ${bothSides(pairs, "CPU-µs a debit", cpuPerOperation)}`,
    },
  ];
}
