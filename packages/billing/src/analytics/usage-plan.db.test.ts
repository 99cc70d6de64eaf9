import { type Connection, connect } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Ctx } from "../ctx.ts";
import { languageModel, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { writeDebits } from "../testing/write-debits.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { DIMENSIONS } from "./dimension.ts";
import { exploreUsage } from "./explore-usage.ts";
import { exportUsage } from "./export-usage.ts";
import { rollUsage } from "./roll-usage.ts";
import { usageOverview } from "./usage-overview.ts";

// A customer with little usage in a database that is full of another's: the tables are first never analysed, then are.
let database: TestDatabase;
let connection: Connection;
let ctx: Ctx;
const BUSY = 30_000;

beforeAll(async () => {
  database = await testDatabase();
  const writers = connect({ url: database.url, max: 10, applicationName: "plan test: writers" });
  const fixture = await usageFixture(writers);
  await fixture.sell({ offerings: [{ ...languageModel("acme", "one", "1", "8"), listed: true }] });
  const busy = await fixture.customer("busy");
  await writeDebits(database, { account: busy.id, count: BUSY, from: new Date("2026-11-21T00:00:00Z") });
  await use(fixture, "rolled");
  while ((await rollUsage(fixture.ctx, { entries: 20_000 })) > 0n);
  // Rows of usage of many days, as a year has.
  await writers.sql`
    insert into ratebook.usage_quarter
    select q.bucket, q.account_id, q.start - n * interval '15 minutes', md5(q.slice::text || n)::uuid, offering, billing,
      agent_id, app_id, key_id, user_id, tags, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    from ratebook.usage_quarter q, generate_series(1, 4000) n where q.account_id = ${busy.id}`;
  await use(fixture, "late");
  connection = connect({ url: database.url, max: 1, applicationName: "plan test" });
  ctx = { ...fixture.ctx, sql: connection.sql, db: connection.db };
  await fixture.close();
  await writers.close();
  await aloneIn(connection);
}, 120_000);
afterAll(async () => {
  await connection.close();
  await database.drop();
});

async function use(fixture: UsageFixture, idempotencyKey: string): Promise<void> {
  const { key } = await fixture.customer("quiet", "10");
  for (let n = 0; n < 5; n += 1) {
    const used = await recordUsage(fixture.ctx, key, {
      offering: "acme/one",
      quantities: { input_tokens: 1_000 },
      idempotencyKey: `${idempotencyKey} ${n}`,
    });
    expect(used.ok).toBe(true);
  }
}

/** Waits until all other sessions are over: what they read is counted up to ten seconds later, or when they end. */
async function aloneIn({ sql }: Connection): Promise<void> {
  for (;;) {
    const others = await sql`
      select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    if (others.length === 0) return;
  }
}

async function analyse(): Promise<void> {
  const owner = connect({ url: database.ownerUrl, max: 1, applicationName: "plan test: owner" });
  await owner.sql`analyze`;
  await owner.close();
  await aloneIn(connection);
}

test.each([
  ["never analysed", async () => {}],
  ["analysed", analyse],
])("a customer's answers read its own rows by index, where tables were %s", async (_state, prepare) => {
  await prepare();
  const before = await read();
  const days = { from: "2026-11-01", to: "2026-11-30", filters: {} } as const;
  const asked = { customer: "quiet", granularity: "day", ...days } as const;
  for (const groupBy of DIMENSIONS) {
    for (const zone of ["utc", "organization"] as const) {
      expect((await exploreUsage(ctx, OPERATOR, { ...asked, groupBy, zone, limit: 50 })).ok).toBe(true);
    }
  }
  expect((await usageOverview(ctx, OPERATOR, { customer: "quiet", timeRange: "monthly" })).ok).toBe(true);
  for (const type of ["events", "timeseries", "tag"] as const) {
    const made = await exportUsage(ctx, OPERATOR, { ...asked, type, format: "csv", zone: "utc" });
    if (!made.ok) throw new Error(made.error.kind);
    for await (const _chunk of made.value.chunks);
  }
  const after = await read();
  for (const [table, { whole, rows }] of after) {
    const was = before.get(table) ?? { whole: 0, rows: 0 };
    expect(whole - was.whole, `rows of ${table} read as a whole`).toBe(0);
    // 20 questions and three downloads over ten events and six rows of rollups; the busy one has 60,000 entries.
    expect(rows - was.rows, `rows of ${table} read`).toBeLessThan(5_000);
  }
});

/** Rows that were read so far, by reading tables as a whole and by index. */
async function read(): Promise<Map<string, { whole: number; rows: number }>> {
  await connection.sql`select pg_stat_force_next_flush()`;
  const rows = await connection.sql<{ name: string; whole: number; rows: number }[]>`
    select relname as name, seq_tup_read::int as whole, coalesce(idx_tup_fetch, 0)::int as rows from pg_stat_user_tables
    where schemaname = 'ratebook' and relname in ('entry', 'usage_event', 'usage_quarter')`;
  return new Map(rows.map(({ name, ...counts }) => [name, counts]));
}
