import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { languageModel, type UsageFixture, usageFixture } from "../testing/index.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { exploreUsage, type Granularity } from "./explore-usage.ts";
import { rollUsage } from "./roll-usage.ts";

// Around the nights in which clocks change, a customer for each, an event in every quarter of an hour.
let database: TestDatabase;
let fixture: UsageFixture;
const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({ offerings: [{ ...languageModel("acme", "one", "1", "8"), listed: true }] });
});
afterAll(async () => {
  await fixture.close();
  await database.drop();
});

/** A customer of a zone that used something in each quarter of the 40 hours before a noon, UTC, and the 32 after it. */
async function busyThrough(zone: string, noon: string) {
  const middle = new Date(noon).getTime();
  fixture.prices.advance(middle + 40 * HOUR_MS - fixture.ctx.clock().getTime());
  const { id, key } = await fixture.customer(zone, "10");
  await database.sql`update ratebook.customer set time_zone = ${zone} where id = ${id}`;
  const quarters = Array.from({ length: 72 * 4 }, (_, n) => new Date(middle - 40 * HOUR_MS + n * QUARTER_MS));
  const used = await Promise.all(
    quarters.map((occurredAt) =>
      recordUsage(fixture.ctx, key, {
        offering: "acme/one",
        quantities: { input_tokens: 1_000 },
        idempotencyKey: `${zone} ${occurredAt.toISOString()}`,
        occurredAt,
      }),
    ),
  );
  expect(used.every(({ ok }) => ok)).toBe(true);
  while ((await rollUsage(fixture.ctx, { entries: 1_000 })) > 0n);
  return async (from: string, to: string, granularity: Granularity) => {
    const read = await exploreUsage(fixture.ctx, key, {
      from,
      to,
      granularity,
      groupBy: "model",
      filters: {},
      zone: "organization",
      limit: 5,
    });
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    return read.value;
  };
}

test("a day is as long as it is in the zone: 25 hours where clocks go back, 23 where they go forward", async () => {
  // The last Sunday of March 2027 is the 28th, of October the 31st.
  for (const [noon, day, hours] of [
    ["2027-03-28T12:00:00Z", "2027-03-28", 23],
    ["2027-10-31T12:00:00Z", "2027-10-31", 25],
  ] as const) {
    const explore = await busyThrough("Europe/Berlin", noon);
    const days = await explore(day, day, "day");
    expect(days.series.map(({ start, requests }) => [local(start, "Europe/Berlin"), requests])).toEqual([
      [`${day} 00:00`, hours * 4],
    ]);
    const byHour = await explore(day, day, "hour");
    expect(byHour.series.map(({ requests }) => requests)).toEqual(Array.from({ length: hours }, () => 4));
    expect(byHour.totals).toEqual(days.totals);
  }
});

test("the interval before is of as many days, whatever their length", async () => {
  const explore = await busyThrough("America/New_York", "2027-11-07T12:00:00Z");
  const { previousFrom, series } = await explore("2027-11-07", "2027-11-07", "day");
  expect(local(previousFrom, "America/New_York")).toBe("2027-11-06 00:00");
  // 25 hours beside the 24 of the day before.
  expect(series.map(({ requests, previous, amount }) => [requests, previous * 100n, amount * 96n])).toEqual([
    [100, 96n * 1_200_000n * 100n, 100n * 1_200_000n * 96n],
  ]);
});

test("a day that has no midnight begins when it begins", async () => {
  // In Cairo clocks go from 00:00 to 01:00 on the last Friday of April.
  const explore = await busyThrough("Africa/Cairo", "2028-04-28T12:00:00Z");
  const { series, previousFrom, totals } = await explore("2028-04-27", "2028-04-28", "day");
  expect(series.map(({ start, requests }) => [local(start, "Africa/Cairo"), requests])).toEqual([
    ["2028-04-27 00:00", 96],
    ["2028-04-28 01:00", 92],
  ]);
  expect(local(previousFrom, "Africa/Cairo")).toBe("2028-04-25 00:00");
  const alone = await Promise.all(["2028-04-27", "2028-04-28"].map((day) => explore(day, day, "day")));
  expect(alone.reduce((sum, day) => sum + day.totals.requests, 0)).toBe(totals.requests);
});

test("a day that has midnight twice begins with the first, and adjacent days foot to both together", async () => {
  // Clocks go from 01:00 back to 00:00 on the first Sunday of November in Havana, on the last of October in the Azores.
  for (const [zone, noon, eve, day, first] of [
    ["America/Havana", "2030-11-03T12:00:00Z", "2030-11-02", "2030-11-03", "2030-11-03T04:00:00.000Z"],
    ["Atlantic/Azores", "2031-10-26T12:00:00Z", "2031-10-25", "2031-10-26", "2031-10-26T00:00:00.000Z"],
  ] as const) {
    const explore = await busyThrough(zone, noon);
    const both = await explore(eve, day, "day");
    expect(both.series.map(({ start, requests }) => [local(start, zone), requests])).toEqual([
      [`${eve} 00:00`, 96],
      [`${day} 00:00`, 100],
    ]);
    const [before, alone] = [await explore(eve, eve, "day"), await explore(day, day, "day")];
    expect([alone.from, alone.previousFrom].map((at) => at.toISOString())).toEqual([
      first,
      before.from.toISOString(),
    ]);
    expect(before.totals.requests + alone.totals.requests).toBe(both.totals.requests);
    expect(alone.previous).toEqual(before.totals);
    expect(alone.series[0]?.start.toISOString()).toBe(first);
    const byHour = await explore(day, day, "hour");
    expect(byHour.series.map(({ requests }) => requests)).toEqual(Array.from({ length: 25 }, () => 4));
  }
});

test("hours are the zone's, also where clocks move by half an hour", async () => {
  // Lord Howe: 02:00 becomes 01:30 on the first Sunday of April.
  const explore = await busyThrough("Australia/Lord_Howe", "2029-04-01T00:00:00Z");
  const { series, totals } = await explore("2029-04-01", "2029-04-01", "hour");
  expect(series.reduce((sum, { requests }) => sum + requests, 0)).toBe(totals.requests);
  // 24 hours and a half.
  expect(totals.requests).toBe(98);
  expect(local(must(series[0], "a day has hours").start, "Australia/Lord_Howe")).toBe("2029-04-01 00:00");
});

const local = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
