import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { emptyDatabase, type TestDatabase } from "./testing/test-database.ts";

let database: TestDatabase;
let folder: URL;
let owner: postgres.Sql;
beforeEach(async () => {
  database = await emptyDatabase();
  folder = pathToFileURL(`${await mkdtemp(join(tmpdir(), "ratebook-migrate-"))}/`);
  owner = postgres(database.ownerUrl, { max: 2, onnotice: () => {} });
});
afterEach(async () => {
  await owner.end({ timeout: 5 });
  await database.drop();
  await rm(folder, { recursive: true });
});

const write = (name: string, text: string): Promise<void> => writeFile(new URL(name, folder), text);
const run = () => migrate({ ownerUrl: database.ownerUrl, appRole: "ratebook_app", folder });
const recorded = async (): Promise<unknown[]> =>
  (await owner`select name from ratebook.schema_migration order by name`).map((row) => row.name);

test("files are applied in order, once, and a second run applies nothing", async () => {
  await write("0001_b.sql", "insert into ratebook.a values (1)");
  await write("0000_a.sql", "create table ratebook.a (n int)");
  expect(await run()).toEqual({ ok: true, value: { applied: 2 } });
  expect(await run()).toEqual({ ok: true, value: { applied: 0 } });
  await write("0002_c.sql", "insert into ratebook.a values (2)");
  expect(await run()).toEqual({ ok: true, value: { applied: 1 } });
  expect(await recorded()).toEqual(["0000_a", "0001_b", "0002_c"]);
  expect([...(await owner`select n from ratebook.a order by n`)]).toEqual([{ n: 1 }, { n: 2 }]);
});

const appliedOnce = (applied: unknown[]): boolean =>
  applied.every((count) => count === 0 || count === 1) && applied.filter((count) => count === 1).length === 1;

test("two migrators at once apply each file once", async () => {
  await write("0000_a.sql", "create table ratebook.a (n int); insert into ratebook.a values (1)");
  const results = await Promise.all([run(), run(), run()]);
  expect(results.map((result) => result.ok && result.value.applied)).toSatisfy(appliedOnce);
  expect(await owner`select n from ratebook.a`).toHaveLength(1);
});

test("a failing file leaves nothing of the run behind", async () => {
  await write("0000_a.sql", "create table ratebook.a (n int)");
  await write("0001_b.sql", "create table ratebook.b (n int); select 1/0");
  await expect(run()).rejects.toMatchObject({ code: "22012" });
  expect(await owner`select 1 from pg_namespace where nspname = 'ratebook'`).toHaveLength(0);
});

test("a database of a newer Ratebook is refused by name and left alone", async () => {
  await write("0000_a.sql", "create table ratebook.a (n int)");
  await write("0001_b.sql", "create table ratebook.b (n int)");
  await run();
  await rm(new URL("0001_b.sql", folder));
  const message = expect.stringMatching(/newer Ratebook .*0001_b.*up to 0000_a/);
  expect(await run()).toEqual({ ok: false, error: { kind: "newer_schema", message } });
  expect(await recorded()).toEqual(["0000_a", "0001_b"]);
});

test("a migration that changed after it was applied, or slipped in before one that was, is refused", async () => {
  await write("0001_b.sql", "create table ratebook.b (n int)");
  await run();
  await write("0001_b.sql", "create table ratebook.b (n bigint)");
  expect(await run()).toMatchObject({ ok: false, error: { kind: "changed_migration" } });
  await write("0001_b.sql", "create table ratebook.b (n int)");
  await write("0000_a.sql", "create table ratebook.a (n int)");
  expect(await run()).toMatchObject({ ok: false, error: { kind: "changed_migration" } });
});

test("an empty migration file is a defect, not a migration", async () => {
  await write("0000_a.sql", "\n");
  await expect(run()).rejects.toThrow("migration 0000_a.sql is empty");
});

test("a database that is down is a value with a sentence", async () => {
  const url = new URL(database.ownerUrl);
  // Port 1 is reserved and nothing listens there.
  url.port = "1";
  const down = await migrate({ ownerUrl: url.href, folder });
  expect(down).toMatchObject({
    ok: false,
    error: { kind: "database_down", message: expect.stringMatching(/cannot be reached: .*REFUSED/) },
  });
});

test("a wrong password or a database that does not exist is a value with a sentence", async () => {
  const password = new URL(database.ownerUrl);
  password.password = "guess";
  const missing = new URL(database.ownerUrl);
  missing.pathname = "/nowhere";
  for (const url of [password, missing]) {
    const message = expect.stringMatching(/^The database refused to let Ratebook in: /);
    const refused = await migrate({ ownerUrl: url.href, folder });
    expect(refused).toEqual({ ok: false, error: { kind: "login_refused", message } });
  }
});

test("the app may add to and read append-only tables, and may not change, delete, truncate or own them", async () => {
  await write(
    "0000_a.sql",
    "create table ratebook.snapshot (n int); create table ratebook.customer (n int); create table ratebook.wallet (n int)",
  );
  await run();
  const { sql } = database;
  await sql`insert into ratebook.snapshot values (1)`;
  await sql`insert into ratebook.customer values (1)`;
  await sql`update ratebook.customer set n = 2`;
  expect([...(await sql`select n from ratebook.snapshot`)]).toEqual([{ n: 1 }]);
  for (const forbidden of [
    "update ratebook.snapshot set n = 2",
    "delete from ratebook.snapshot",
    "truncate ratebook.snapshot",
    "truncate ratebook.customer",
    // Only the ledger's functions write its tables.
    "insert into ratebook.wallet values (1)",
    "update ratebook.wallet set n = 2",
    "delete from ratebook.wallet",
    "drop table ratebook.customer",
    "create table ratebook.mine (n int)",
    "delete from ratebook.schema_migration",
  ]) {
    await expect(sql.unsafe(forbidden), forbidden).rejects.toMatchObject({ code: "42501" });
  }
});

test("the app may make a schema of its own beside ours", async () => {
  await database.sql`create schema queue`;
  await database.sql`create table queue.job (n int)`;
});
