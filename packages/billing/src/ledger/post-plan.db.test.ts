import { type Connection, connect } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedger } from "./create-ledger.ts";
import { debit, fundedWallet, hold, settle } from "./ledger-fixture.ts";

// A database that was never analysed, as on a first start: the planner knows nothing, and plans are kept while the
// tables grow. One connection, so that the statistics are those of the plans it froze.
let database: TestDatabase;
let connection: Connection;
beforeAll(async () => {
  database = await testDatabase();
  connection = connect({ url: database.url, max: 1, applicationName: "plan test" });
});
afterAll(async () => {
  await connection.close();
  await database.drop();
});

test("posting never reads a wallet's history, however the tables grow after the plans were made", async () => {
  const { sql } = connection;
  const ledger = createLedger({ sql });
  const account = await fundedWallet(database, ledger, 1_000_000n);
  for (let batch = 0; batch < 30; batch += 1) {
    await Promise.all(Array.from({ length: 32 }, () => ledger.post(debit(account, 1n))));
  }
  // Holds are resolved, missed and replayed, so that every look-up by ref runs as well.
  for (let round = 0; round < 10; round += 1) {
    const placed = hold(account, 1n);
    const settled = settle(account, placed.opId, 1n);
    await ledger.post(placed);
    await ledger.post(settled);
    await ledger.post(settled);
    await ledger.post(settle(account, placed.opId, 1n));
  }
  await sql`select pg_stat_force_next_flush()`;
  const tables = await sql<{ relname: string; seq_tup_read: bigint }[]>`
    select relname, seq_tup_read from pg_stat_user_tables where schemaname = 'ratebook' and seq_tup_read > 0
      and relname in ('wallet', 'entry', 'hold', 'grant', 'allocation', 'usage_event', 'budget_counter')`;
  expect([...tables]).toEqual([]);
  const indexes = await sql<{ index: string; read: bigint }[]>`
    select indexrelname as index, idx_tup_read as read from pg_stat_user_indexes
    where schemaname = 'ratebook' and relname = 'entry'`;
  const read = new Map(indexes.map((row) => [row.index, row.read]));
  // 1,000 entries by now: one walk through the history per batch would be tens of thousands of rows.
  expect(read.get("entry_bucket_account_id_seq_pk")).toBeLessThan(1000n);
  expect(read.get("entry_op")).toBeLessThan(100n);
  expect(read.get("entry_ref")).toBeLessThan(100n);
});

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
