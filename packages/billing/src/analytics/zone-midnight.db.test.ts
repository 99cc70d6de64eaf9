import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { zoneMidnight } from "./zone-midnight.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const midnight = async (day: string, timeZone: string): Promise<string> => {
  const { sql } = database;
  const [row] = await sql<[{ at: Date }]>`select ${zoneMidnight(sql, sql`${day}::date`, timeZone)} as at`;
  return row.at.toISOString();
};

test.each([
  ["an ordinary day", "Asia/Kolkata", "2026-11-22", "2026-11-21T18:30:00.000Z"],
  ["UTC", "UTC", "2026-11-22", "2026-11-22T00:00:00.000Z"],
  ["clocks back to 00:00: the first of two", "Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00.000Z"],
  ["the same, west of it", "America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"],
  ["clocks back from 03:00 to 00:00", "Antarctica/Casey", "2023-03-09", "2023-03-08T13:00:00.000Z"],
  [
    "clocks back from 00:00 to 23:00: the day before is longer",
    "Asia/Beirut",
    "2026-10-25",
    "2026-10-24T22:00:00.000Z",
  ],
  ["no midnight: clocks go from 00:00 to 01:00", "Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00.000Z"],
  ["the same, long ago", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"],
  ["clocks went from 23:30 to 00:30", "America/Toronto", "1919-03-31", "1919-03-31T04:30:00.000Z"],
  ["a day that was left out begins with the next", "Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"],
  ["the next itself", "Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z"],
])("a day of a zone begins at its first instant: %s", async (_case, timeZone, day, first) => {
  expect(await midnight(day, timeZone)).toBe(first);
});

test("in every zone, each day of a year begins at the first instant with its date", async () => {
  const { sql } = database;
  const zones = await sql<
    { name: string }[]
  >`select name from pg_timezone_names where name ~ '^[A-Z][a-z]+/'`;
  for (const { name } of zones) {
    const wrong = await sql`
      select local, start from (
        select local, ${zoneMidnight(sql, sql`local`, name)} as start
        from generate_series('2026-01-01'::timestamp, '2026-12-31'::timestamp, interval '1 day') as local) days
      where (start at time zone ${name}::text)::date <> local
        or exists (
          select from unnest('{15 minutes,1 hour,2 hours,3 hours,12 hours}'::interval[]) as back
          where (start - back) at time zone ${name}::text >= local)`;
    expect(wrong, name).toEqual([]);
  }
});
