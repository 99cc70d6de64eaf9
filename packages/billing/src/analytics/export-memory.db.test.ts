import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { connect } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { exportUsage } from "./export-usage.ts";
import { rollUsage } from "./roll-usage.ts";

let database: TestDatabase;
let fixture: UsageFixture;

const EVENTS = 60_000;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  const { id } = await fixture.customer("busy");
  const owner = connect({
    url: database.ownerUrl,
    max: 1,
    applicationName: "test",
    statementTimeoutMs: 120_000,
  });
  // As many debits of 0.000001 as a test has time for, which all became debt: written by hand, because posting them would
  // take minutes. Entries of a debit and of its debt take turns.
  await owner.sql`
    insert into ratebook.entry (bucket, account_id, seq, op_id, kind, contra, amount, held_delta, debt_delta, balance_after,
      held_after, debt_after, consumed_after, asked, ref_id, created_at)
    select ratebook.bucket_of(${id}), ${id}, 2 * n - 1 + side, md5(n || ':' || side)::uuid,
      case side when 0 then 'debit' else 'debt_incurred' end, 'revenue:usage', 0, 0, side * 1000, 0, 0, n * 1000, 0, 1000,
      case side when 1 then md5(n || ':0')::uuid end, timestamptz '2026-11-22' + n * interval '1 ms'
    from generate_series(1, ${EVENTS}::int) as n, generate_series(0, 1) as side`;
  await owner.sql`
    insert into ratebook.usage_event (bucket, account_id, op_id, offering, pools, dimensions, lines, list_cost, amount,
      agent_id, billing, state, late, metadata, occurred_at, created_at)
    select ratebook.bucket_of(${id}), ${id}, md5(n || ':0')::uuid, 'acme/one', '{"input_tokens":"10"}', '{}', '[]', 500, 1000,
      'agent ' || n % 7, 'platform', 'rated', false, '{}', timestamptz '2026-11-22' + n * interval '1 ms',
      timestamptz '2026-11-22' + n * interval '1 ms'
    from generate_series(1, ${EVENTS}::int) as n`;
  await owner.sql`update ratebook.wallet set seq = ${2 * EVENTS}, debt = ${EVENTS * 1000} where account_id = ${id}`;
  await owner.sql`analyze`;
  await owner.close();
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
  expect(last).toMatch(/^Total per ledger,.*,0\.06,/);
  // An export that kept its rows would hold more than the text it wrote.
  expect(used() - early).toBeLessThan(4_000_000);
}, 120_000);
