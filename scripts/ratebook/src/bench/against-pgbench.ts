import { createLedger } from "@ratebook/billing";
import type { Bench } from "./bench.ts";
import { endedChildrenTime } from "./cpu-time.ts";
import { bothSides, CALLERS, debitByLedger, pace, perSecond, speedRatio } from "./debits.ts";
import type { Lab } from "./lab.ts";
import { findPgbench, pgbench, transactionsMade, transactionsPerSecond } from "./pgbench-program.ts";
import { alternate } from "./statistics.ts";
import { openWallets, roundRobin } from "./wallets.ts";
import { cpuPerOperation, work } from "./work.ts";

/** Debits against PostgreSQL's own benchmark, which spreads its transactions over many accounts as ours do. */
export const againstPgbench: Bench = {
  name: "pgbench",
  title: "64 callers debit 10,000 wallets, and pgbench runs TPC-B with 32 clients on the same server",
  run: compare,
};

async function compare(lab: Lab) {
  const figure = {
    what: `debits, ${CALLERS} callers, 10,000 wallets : pgbench TPC-B, ${CLIENTS} clients`,
    unit: "ratio" as const,
    target: { atLeast: 4 },
  };
  const program = await findPgbench();
  if (program === null) {
    const note = "pgbench was not found: it comes with a system's PostgreSQL packages";
    lab.progress(`pgbench: ${note}`);
    return [{ ...figure, measured: null, note }];
  }
  const tables = await lab.openForeignDatabase("tpcb");
  // As many branches as clients, as pgbench's manual asks, or they wait for each other's rows.
  await pgbench(program, tables, ["-i", "-q", "-s", String(lab.quick ? 1 : CLIENTS)]);
  const database = await lab.openDatabase("debits");
  const { sql } = database.connect({ max: 2 });
  const ledger = createLedger({ sql });
  const next = roundRobin(await openWallets(sql, ledger, lab.quick ? 100 : 10_000));
  const { rounds, forMs } = pace(lab);
  const debit = (): Promise<void> => debitByLedger(ledger, next().account);
  const others = database.backends;
  await work({ callers: CALLERS, forMs: forMs / 3, others }, debit);
  // pgbench counts in whole seconds.
  const seconds = Math.max(1, Math.round(forMs / 1000));
  const pairs = await alternate<Side>(rounds, {
    ours: async () => {
      const worked = await work({ callers: CALLERS, forMs: seconds * 1000, others }, debit);
      return { perSecond: worked.perSecond, cpu: cpuPerOperation(worked) };
    },
    other: () => runTpcB(lab, program, tables, seconds),
  });
  await ledger.close();
  const cpu = bothSides(pairs, "CPU-µs each", (side) => side.cpu);
  return [{ ...figure, measured: speedRatio(pairs), note: `${perSecond(pairs)}; ${cpu}` }];
}

type Side = { perSecond: number; cpu: number };

/** One round; its CPU time is that of pgbench and of the server's processes, which end with their connections. */
async function runTpcB(lab: Lab, program: string, tables: URL, seconds: number): Promise<Side> {
  const ended = async (): Promise<number> => {
    const times = await Promise.all([lab.serverPid, process.pid].map(endedChildrenTime));
    return times.reduce<number>((sum, time) => sum + (time ?? Number.NaN), 0);
  };
  const before = await ended();
  const printed = await pgbench(program, tables, [
    "-n",
    ...["-c", String(CLIENTS)],
    ...["-j", "2"],
    ...["-T", String(seconds)],
  ]);
  const spent = (await ended()) - before;
  return { perSecond: transactionsPerSecond(printed), cpu: spent / transactionsMade(printed) };
}

const CLIENTS = 32;
