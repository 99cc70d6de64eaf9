import { type Connection, connect } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rollUsage } from "../analytics/roll-usage.ts";
import { createLedger, type Ledger } from "./create-ledger.ts";
import { INVARIANTS } from "./invariants.ts";
import { debit, fundedWallet, hold } from "./ledger-fixture.ts";
import { verifyBooks } from "./verify-books.ts";

let database: TestDatabase;
let owner: Connection;
let ledger: Ledger;
beforeAll(async () => {
  database = await testDatabase();
  owner = connect({ url: database.ownerUrl, max: 1, applicationName: "test" });
  ledger = createLedger({ sql: database.sql });
});
afterAll(async () => {
  await ledger.close();
  await owner.close();
  await database.drop();
});

test("books that only the ledger wrote have a row per invariant and no violation", async () => {
  const checks = await verifyBooks({ sql: database.sql });
  expect(checks.map(({ id }) => id)).toEqual(Array.from({ length: 16 }, (_, index) => `I${index + 1}`));
  expect(checks.filter(({ violations }) => violations !== 0).map(({ id }) => id)).toEqual(["I10"]);
});

// Each row breaks the books by hand, as the owner and with the guards down, and names who must notice.
test.each([
  ["I1", "update ratebook.wallet set held = balance + 1 where account_id = $1"],
  ["I2", "update ratebook.wallet set granted = granted + 1 where account_id = $1"],
  ["I3", "update ratebook.wallet set balance = balance + 1, granted = granted + 1 where account_id = $1"],
  ["I4", "update ratebook.wallet set seq = seq + 1 where account_id = $1"],
  ["I4", "delete from ratebook.entry where account_id = $1 and seq = 2"],
  ["I5", "update ratebook.entry set balance_after = balance_after + 1 where account_id = $1 and seq = 2"],
  ["I6", "update ratebook.hold set amount = amount + 1 where account_id = $1"],
  ["I6", "update ratebook.hold set state = 'expired' where account_id = $1"],
  ["I6", "update ratebook.budget_counter set held = held - 1 where account_id = $1"],
  ["I7", `update ratebook."grant" set remaining = remaining - 1 where account_id = $1 and remaining > 0`],
  ["I7", `update ratebook."grant" set amount = remaining - 1, remaining = remaining where account_id = $1`],
  ["I8", `update ratebook."grant" set expires_at = now() - interval '1 hour' where account_id = $1`],
  ["I9", "update ratebook.usage_event set op_id = gen_random_uuid() where account_id = $1"],
  ["I9", "update ratebook.entry set kind = 'parked' where account_id = $1 and kind = 'debit'"],
  ["I11", "update ratebook.wallet set allocated = allocated + 1 where account_id = $1"],
  ["I12", `update ratebook."grant" set amount = amount + 1 where account_id = $1`],
  ["I12", "update ratebook.usage_event set amount = amount + 1 where account_id = $1"],
  ["I13", `update ratebook.usage_event set lines = '[{"amount": "1"}]' where account_id = $1`],
  // The purchase itself then leaves 5 of debt beside its own credits.
  ["I15", "update ratebook.entry set debt_after = 5 where account_id = $1 and kind = 'grant'"],
  ["I16", "update ratebook.usage_quarter set amount = amount + 1 where account_id = $1"],
  ["I16", "update ratebook.usage_hour_offering set requests = requests + 1 where account_id = $1"],
  ["I16", "update ratebook.usage_day set requests = requests + 1 where account_id = $1"],
  ["I16", "delete from ratebook.usage_day_offering where account_id = $1"],
])("%s notices what breaks it: %s", async (id, tampering) => {
  const account = await fundedWallet(database, ledger, 100n);
  await database.sql`select ratebook.save_budget(${account}, gen_random_uuid(), 'organization', '', 'month', 100, true, null)`;
  await ledger.post(debit(account, 30n));
  await ledger.post(hold(account, 20n));
  await rollUsage({ sql: database.sql }, { entries: 1_000 });
  await owner.sql
    .begin(async (tx) => {
      await guardsDown(tx);
      await tx.unsafe(tampering, [account]);
      const query = INVARIANTS.find((it) => it.id === id)?.sql ?? "";
      const rows = await tx.unsafe(query);
      expect(rows.map((row) => row["account_id"])).toContain(account);
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
});

test("the app can neither change the ledger's tables nor call the functions inside it", async () => {
  const { sql } = database;
  const account = await fundedWallet(database, ledger, 100n);
  for (const table of [
    "wallet",
    "entry",
    "hold",
    `"grant"`,
    "allocation",
    "usage_event",
    "outbox",
    "budget",
    "budget_counter",
    "spending_pause",
  ]) {
    for (const statement of [
      `update ratebook.${table} set account_id = account_id`,
      `delete from ratebook.${table}`,
      `truncate ratebook.${table}`,
      `insert into ratebook.${table} select * from ratebook.${table}`,
    ]) {
      await expect(sql.unsafe(statement), statement).rejects.toMatchObject({ code: "42501" });
    }
  }
  await expect(
    sql`select ratebook.store_wallets(array[w], array[w.seq]) from ratebook.wallet w where w.account_id = ${account}`,
  ).rejects.toMatchObject({ code: "42501" });
});

test("even the owner cannot change an entry, a usage event or an allocation", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  await ledger.post(debit(account, 1n));
  for (const table of ["entry", "usage_event", "allocation"]) {
    for (const statement of [
      `update ratebook.${table} set bucket = bucket`,
      `delete from ratebook.${table}`,
      `truncate ratebook.${table}`,
    ]) {
      await expect(owner.sql.unsafe(statement), statement).rejects.toThrow("append-only");
    }
  }
});

test("a wallet that moved under its lock fails loudly instead of being overwritten", async () => {
  const account = await fundedWallet(database, ledger, 100n);
  await expect(
    owner.sql`select ratebook.store_wallets(array[w], array[w.seq - 1]) from ratebook.wallet w where w.account_id = ${account}`,
  ).rejects.toMatchObject({ code: "RBCAS" });
});

type Tx = Parameters<Parameters<Connection["sql"]["begin"]>[1]>[0];

/** Drops checks and triggers inside a transaction that is rolled back. */
async function guardsDown(tx: Tx): Promise<void> {
  for (const table of ["entry", "usage_event", "allocation"]) {
    await tx.unsafe(`alter table ratebook.${table} disable trigger append_only`);
  }
  const checks = await tx`
    select conrelid::regclass::text as table, conname as name from pg_constraint
    where connamespace = 'ratebook'::regnamespace and contype = 'c'`;
  for (const { table, name } of checks) await tx.unsafe(`alter table ${table} drop constraint ${name}`);
}

class Undone extends Error {}
