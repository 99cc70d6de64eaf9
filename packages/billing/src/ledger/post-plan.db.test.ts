import { must, nanos } from "@ratebook/core";
import { type Connection, connect } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedger } from "./create-ledger.ts";
import { debit, fundedWallet, grant, hold, settle } from "./ledger-fixture.ts";

// A database that was never analysed, as on a first start: the planner knows nothing about its tables, and a connection
// keeps the plans it made. One connection plans while the tables are empty, one once they have grown.
let database: TestDatabase;
const connections: Connection[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await database.drop();
});

test("posting never reads a wallet's history, whether its plans were made before the tables grew or after", async () => {
  const account = await postEverything(await openWallet());
  await postEverything(account);
  const { sql } = database;
  const tables = await sql<{ name: string; read: bigint }[]>`
    select relname as name, seq_tup_read as read from pg_stat_user_tables
    where schemaname = 'ratebook' and seq_tup_read > 0
      and relname in ('wallet', 'entry', 'hold', 'grant', 'allocation', 'usage_event', 'budget', 'budget_counter')`;
  expect([...tables]).toEqual([]);
  const indexes = await sql<{ name: string; scans: bigint; read: bigint }[]>`
    select indexrelname as name, idx_scan as scans, idx_tup_read as read from pg_stat_user_indexes
    where schemaname = 'ratebook' and idx_scan > 0`;
  const used = new Map(indexes.map(({ name, scans, read }) => [name, { scans, read }]));
  for (const index of ["entry_op", "entry_ref", "entry_bucket_account_id_seq_pk"]) {
    const { scans, read } = must(used.get(index), `${index} is used`);
    // A look-up finds an entry and what it caused; a walk through the history would find thousands.
    expect(read, index).toBeLessThanOrEqual(scans * 4n);
  }
  // A wallet's budgets are found by whom they limit, not by reading all of them.
  for (const index of ["budget_period_of", "budget_counter_bucket_account_id_budget_id_period_start_pk"]) {
    const { scans, read } = must(used.get(index), `${index} is used`);
    expect(read, index).toBeLessThanOrEqual(scans * 2n);
  }
});

/** A wallet with credits and many budgets, two of them of whom it spends for; opened elsewhere. */
async function openWallet(): Promise<string> {
  const account = await fundedWallet(database, createLedger({ sql: database.sql }), 1_000_000n);
  await database.sql`
    select ratebook.save_budget(${account}::uuid, gen_random_uuid(), 'agent', 'agent-' || n, period, 1000000, true, null)
    from generate_series(1, 200) as n, unnest(array['day', 'month']) as period`;
  return account;
}

/** Posts 1,000 debits and every kind of look-up over a connection of its own. */
async function postEverything(account: string): Promise<string> {
  const connection = connect({ url: database.url, max: 1, applicationName: "plan test" });
  connections.push(connection);
  const ledger = createLedger({ sql: connection.sql });
  for (let batch = 0; batch < 30; batch += 1) {
    await Promise.all(Array.from({ length: 32 }, () => ledger.post(debit(account, 1n))));
  }
  for (let round = 0; round < 10; round += 1) {
    const placed = hold(account, 1n);
    const settled = settle(account, placed.opId, 1n);
    for (const op of [placed, settled, settled, settle(account, placed.opId, 1n)]) await ledger.post(op);
    const back = { amount: nanos(1n), contra: "refunds", ref: settled.opId } as const;
    for (const op of [grant(account, back), settled]) await ledger.post(op);
  }
  await connection.sql`select pg_stat_force_next_flush()`;
  return account;
}

test("the posting function carries the settings that keep its plans", async () => {
  const rows = await database.sql<{ name: string; settings: string[] }[]>`
    select proname as name, proconfig as settings from pg_proc
    where pronamespace = 'ratebook'::regnamespace and proname in ('post_batch', 'roll_due')`;
  expect(rows).toHaveLength(2);
  for (const { settings } of rows) {
    expect(settings).toEqual(
      expect.arrayContaining([
        "enable_seqscan=off",
        "enable_hashjoin=off",
        "enable_mergejoin=off",
        "jit=off",
        "plan_cache_mode=force_generic_plan",
      ]),
    );
  }
});
