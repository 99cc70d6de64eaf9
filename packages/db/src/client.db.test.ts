import { sql as query } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "./client.ts";
import { type TestDatabase, testDatabase } from "./testing/index.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test("int8 is bigint, timestamptz Date, numeric and date text, jsonb parsed, through sql and db alike", async () => {
  const expected = {
    big: 9007199254740993n,
    at: new Date("2026-11-22T10:00:00.123Z"),
    exact: "0.000000000000000024",
    day: "2026-11-22",
    doc: { a: [1] },
  };
  const values =
    "9007199254740993::int8 as big, '2026-11-22T12:00:00.123+02'::timestamptz as at, 0.000000000000000024::numeric as exact, '2026-11-22'::date as day, '{\"a\":[1]}'::jsonb as doc";
  expect([...(await database.sql.unsafe(`select ${values}`))]).toEqual([expected]);
  expect([...(await database.db.execute(query.raw(`select ${values}`)))]).toEqual([expected]);
});

test("bigint, Date and objects go out as parameters and come back unchanged", async () => {
  const at = new Date("2026-11-22T10:00:00.123Z");
  const { sql } = database;
  const [row] =
    await sql`select ${2n ** 62n}::int8 as big, ${at}::timestamptz as at, ${sql.json({ a: 1 })}::jsonb as doc`;
  expect(row).toEqual({ big: 2n ** 62n, at, doc: { a: 1 } });
});

test("infinity is the last instant a Date can hold, both ways", async () => {
  const last = new Date(8.64e15);
  const [row] = await database.sql`
    select 'infinity'::timestamptz as never, ${last}::timestamptz = 'infinity' as same, '-infinity'::timestamptz as ever`;
  expect(row).toEqual({ never: last, same: true, ever: new Date(-8.64e15) });
});

test("sessions run in UTC with the given name, and a statement past its time is cancelled", async () => {
  const { sql, close } = connect({
    url: database.url,
    max: 1,
    applicationName: "clock",
    statementTimeoutMs: 50,
  });
  try {
    const [row] =
      await sql`select current_setting('TimeZone') as zone, current_setting('application_name') as name`;
    expect(row).toEqual({ zone: "UTC", name: "clock" });
    await expect(sql`select pg_sleep(10)`).rejects.toMatchObject({ code: "57014" });
  } finally {
    await close();
  }
});

test("without prepared statements nothing but what a pooler accepts is set, and nothing stays behind", async () => {
  const { sql, close } = connect({ url: database.url, max: 1, applicationName: "pooled", prepare: false });
  try {
    await sql`select ${1n}::int8`;
    expect(await sql`select count(*) as n from pg_prepared_statements`).toMatchObject([{ n: 0n }]);
    expect(await sql`select current_setting('statement_timeout') as t`).toMatchObject([{ t: "0" }]);
  } finally {
    await close();
  }
});
