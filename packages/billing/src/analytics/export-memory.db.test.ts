import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { writeDebits } from "../testing/write-debits.ts";
import { exportUsage } from "./export-usage.ts";
import { rollUsage } from "./roll-usage.ts";

let database: TestDatabase;
let fixture: UsageFixture;

const EVENTS = 60_000;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  const { id } = await fixture.customer("busy");
  await writeDebits(database, { account: id, count: EVENTS, from: new Date("2026-11-22T00:00:00Z") });
  while ((await rollUsage(fixture.ctx, { entries: 20_000 })) > 0n);
}, 180_000);
afterAll(async () => {
  await fixture.close();
  await database.drop();
});

test("memory does not grow with an export, and no connection is kept between its pages", async () => {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  const used = (): number => {
    if (typeof collect === "function") collect();
    return process.memoryUsage().heapUsed;
  };
  const made = await exportUsage(fixture.ctx, OPERATOR, {
    customer: "busy",
    format: "csv",
    type: "events",
    granularity: "day",
    from: new Date("2026-11-22T00:00:00Z"),
    filters: {},
    zone: "utc",
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  let [lines, bytes, early, last] = [0, 0, 0, ""];
  for await (const chunk of made.value.chunks) {
    lines += chunk.split("\r\n").length - 1;
    bytes += chunk.length;
    last = chunk;
    if (early === 0 && lines > EVENTS / 10) {
      early = used();
      const [open] = await database.sql<[{ transactions: number }]>`
        select count(*)::int as transactions from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'`;
      expect(open.transactions).toBe(0);
    }
  }
  expect(lines).toBe(EVENTS + 2);
  expect(bytes).toBeGreaterThan(8_000_000);
  // 60,000 × 0.000001.
  expect(last).toMatch(/^Total per ledger as of .*,0\.06,/);
  // An export that kept its rows would hold more than the text it wrote.
  expect(used() - early).toBeLessThan(4_000_000);
}, 120_000);
