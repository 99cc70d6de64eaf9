import { createLedger } from "@ratebook/billing";
import type { Bench } from "./bench.ts";
import { CALLERS, debitByLedger, pace, perSecond, speedRatio } from "./debits.ts";
import { drive } from "./drive.ts";
import type { Lab } from "./lab.ts";
import { findPgbench, pgbench, transactionsPerSecond } from "./pgbench-program.ts";
import { alternate } from "./statistics.ts";
import { openWallets, roundRobin } from "./wallets.ts";

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
  await drive({ callers: CALLERS, forMs: forMs / 3 }, debit);
  // pgbench counts in whole seconds.
  const seconds = Math.max(1, Math.round(forMs / 1000));
  const options = ["-n", "-c", String(CLIENTS), "-j", "2", "-T", String(seconds)];
  const pairs = await alternate(rounds, {
    ours: () =>
      drive({ callers: CALLERS, forMs: seconds * 1000 }, debit).then(({ perSecond }) => ({ perSecond })),
    other: async () => ({ perSecond: transactionsPerSecond(await pgbench(program, tables, options)) }),
  });
  await ledger.close();
  return [{ ...figure, measured: speedRatio(pairs), note: perSecond(pairs) }];
}

const CLIENTS = 32;
