import { createLedger } from "@ratebook/billing";
import { nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import type { Bench } from "./bench.ts";
import { debitOp, GRANTED, newId } from "./debit-op.ts";
import { bothSides, CALLERS, pace, perSecond } from "./debits.ts";
import type { Figure } from "./figure.ts";
import type { Lab } from "./lab.ts";
import { alternate, medianRatio } from "./statistics.ts";
import { openWallets, roundRobin, type Wallet } from "./wallets.ts";
import { cpuPerOperation, type Worked, work } from "./work.ts";

/** What it costs that an agent's hard budget is asked and counted with each debit. */
export const budgets: Bench = {
  name: "budgets",
  title: "64 callers debit in gate mode with and without a hard budget of their agent",
  run: async (lab) => [
    await compare(lab, { wallets: 1, where: "one hot wallet" }),
    await compare(lab, { wallets: lab.quick ? 100 : 1_000, where: "1,000 wallets" }),
  ],
};

async function compare(
  lab: Lab,
  { wallets: count, where }: { wallets: number; where: string },
): Promise<Omit<Figure, "bench">> {
  const database = await lab.openDatabase(`budgets_${count}`);
  const { sql } = database.connect({ max: 2 });
  const ledger = createLedger({ sql });
  const limited = await openWallets(sql, ledger, count);
  for (const { account } of limited) await setBudget(sql, account);
  const free = await openWallets(sql, ledger, count);
  const { rounds, forMs } = pace(lab);
  const drive = (wallets: readonly Wallet[], ms: number): Promise<Worked> => {
    const next = roundRobin(wallets);
    return work({ callers: CALLERS, forMs: ms, others: database.backends }, async () => {
      const outcome = await ledger.post({ ...debitOp(next().account), mode: "gate" });
      if (outcome.kind !== "done") throw new Error(`a debit was answered ${outcome.kind}`);
    });
  };
  for (const wallets of [limited, free]) await drive(wallets, forMs / 3);
  const pairs = await alternate(rounds, {
    ours: () => drive(limited, forMs),
    other: () => drive(free, forMs),
  });
  await ledger.close();
  const ratio = medianRatio(
    pairs.map(({ ours, other }) => ({ ours: cpuPerOperation(ours), other: cpuPerOperation(other) })),
  );
  return {
    what: `CPU per debit, ${where}, with a hard budget : without`,
    measured: Number.isNaN(ratio) ? null : ratio,
    unit: "ratio",
    target: { atMost: 1.5 },
    note: Number.isNaN(ratio)
      ? "this system does not tell the CPU time of other processes"
      : `${bothSides(pairs, "CPU-µs a debit", cpuPerOperation)}; ${perSecond(pairs)}`,
  };
}

/** A month's budget of the agent that every debit names, with room for all of them. */
async function setBudget(sql: Sql, account: string): Promise<void> {
  const { agentId } = debitOp(account).usageEvent;
  await sql`
    select ratebook.save_budget(${account}::uuid, ${newId()}::uuid, 'agent', ${agentId}, 'month',
      ${nanos(GRANTED)}::bigint, true, null)`;
}
