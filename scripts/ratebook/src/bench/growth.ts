import { createLedger } from "@ratebook/billing";
import type { Sql } from "@ratebook/db";
import type { Bench } from "./bench.ts";
import { AMOUNT, debitOp, MEANING } from "./debit-op.ts";
import { bothSides, CALLERS, debitByLedger, pace, perSecond } from "./debits.ts";
import type { Lab, LabDatabase } from "./lab.ts";
import { alternate, medianRatio } from "./statistics.ts";
import { openWallets, roundRobin } from "./wallets.ts";
import { cpuPerOperation, type Worked, work } from "./work.ts";

/** Whether a debit costs more once the ledger is long. */
export const growth: Bench = {
  name: "growth",
  title: "64 callers debit 10,000 wallets with and without a million entries behind them",
  run: compare,
};

async function compare(lab: Lab) {
  const wallets = lab.quick ? 100 : 10_000;
  const empty = await prepare(await lab.openDatabase("empty"), wallets, 0, lab);
  const full = await prepare(await lab.openDatabase("preloaded"), wallets, ENTRIES_EACH, lab);
  const { rounds, forMs } = pace(lab);
  for (const { debit } of [full, empty]) await debit(forMs / 3);
  const pairs = await alternate(rounds, { ours: () => full.debit(forMs), other: () => empty.debit(forMs) });
  await Promise.all([full.close(), empty.close()]);
  const ratio = medianRatio(
    pairs.map(({ ours, other }) => ({ ours: cpuPerOperation(ours), other: cpuPerOperation(other) })),
  );
  const entries = (wallets * ENTRIES_EACH).toLocaleString("en");
  return [
    {
      what: `CPU per debit, ${entries} entries preloaded : empty`,
      measured: Number.isNaN(ratio) ? null : ratio,
      unit: "ratio" as const,
      target: { atMost: 1.3 },
      note: Number.isNaN(ratio)
        ? "this system does not tell the CPU time of other processes"
        : `${bothSides(pairs, "CPU-µs a debit", cpuPerOperation)}; ${perSecond(pairs)}`,
    },
  ];
}

type Prepared = { debit: (forMs: number) => Promise<Worked>; close: () => Promise<void> };

async function prepare(
  database: LabDatabase,
  count: number,
  entriesEach: number,
  lab: Lab,
): Promise<Prepared> {
  const { sql } = database.connect({ max: 2 });
  const owner = database.connect({ max: 1, as: "owner" });
  const ledger = createLedger({ sql });
  const next = roundRobin(await openWallets(sql, ledger, count));
  for (let done = 0; done < entriesEach; done += CHUNK) {
    await appendDebits(owner.sql, CHUNK);
    const entries = (done + CHUNK) * count;
    if (done % (CHUNK * 5) === 0) lab.progress(`growth: ${entries.toLocaleString("en")} entries written`);
  }
  // What autovacuum would do some time, done now: it must not happen to fall into one round.
  for (const table of ["wallet", "entry", "usage_event", '"grant"']) {
    await owner.sql.unsafe(`vacuum analyze ratebook.${table}`);
  }
  return {
    debit: (forMs) =>
      work({ callers: CALLERS, forMs, others: database.backends }, () =>
        debitByLedger(ledger, next().account),
      ),
    close: () => ledger.close(),
  };
}

/**
 * Gives every wallet some more debits, as the ledger would have written them, in the order of time: each with its usage
 * event, of one line to keep the table small.
 */
async function appendDebits(sql: Sql, each: number): Promise<void> {
  const { offering, provider, model, agentId, keyId } = debitOp("").usageEvent;
  const line = JSON.stringify([{ kind: "usage", meter: "input_tokens", amount: AMOUNT.toString() }]);
  await sql`
    with due as materialized (
      select w.*, n, uuidv7() as op from generate_series(1, ${each}::int) as n cross join ratebook.wallet w),
    entries as (
      insert into ratebook.entry (bucket, account_id, seq, op_id, kind, contra, amount, held_delta, debt_delta,
        balance_after, held_after, debt_after, consumed_after, asked, meaning_hash, created_at)
      select bucket, account_id, seq + n, op, 'debit', 'revenue:usage', -${AMOUNT}::bigint, 0, 0,
        balance - n * ${AMOUNT}::bigint, 0, 0, consumed + n * ${AMOUNT}::bigint, ${AMOUNT}::bigint,
        ${Buffer.from(MEANING, "hex")}, now()
      from due),
    events as (
      insert into ratebook.usage_event (bucket, account_id, op_id, offering, provider, model, pools, dimensions, lines,
        list_cost, amount, catalogue_version, policy_version, agent_id, key_id, billing, state, late, metadata,
        occurred_at, created_at)
      select bucket, account_id, op, ${offering}, ${provider}, ${model}, '{"input_tokens": "4896"}', '{}',
        ${line}::text::json, ${AMOUNT}::bigint, ${AMOUNT}::bigint, 1, 1, ${agentId}, ${keyId}, 'platform', 'rated',
        false, '{}', now(), now()
      from due)
    update ratebook.wallet set seq = seq + ${each}::int, balance = balance - ${each}::int * ${AMOUNT}::bigint,
      consumed = consumed + ${each}::int * ${AMOUNT}::bigint`;
}

const ENTRIES_EACH = 100;
const CHUNK = 5;
