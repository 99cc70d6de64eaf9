import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { recordUsage } from "../usage/record-usage.ts";
import type { UsageReport } from "../usage/usage-report.ts";
import { exploreUsage } from "./explore-usage.ts";
import { exportUsage } from "./export-usage.ts";
import { rollUsage } from "./roll-usage.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let key: Actor;

// Each event is 0.0012. Half of them are rolled up, the others are read from the entries.
const EVENTS: readonly NonNullable<UsageReport["metadata"]>[] = [
  { tag: "blue" },
  { tags: ["blue", "eu", "blue"] },
  { tags: { team: "blue", paid: true, nested: { is: "left out" } } },
  {},
  { tag: "blue", tags: ["eu", "", null, 7] },
  { tags: 12 },
];

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({ offerings: [{ ...languageModel("acme", "one", "1", "8"), listed: true }] });
  ({ key } = await fixture.customer("acme", "10"));
  for (const [place, metadata] of EVENTS.entries()) {
    const used = await recordUsage(fixture.ctx, key, {
      offering: "acme/one",
      quantities: { input_tokens: 1_000 },
      idempotencyKey: `${place}`,
      metadata,
    });
    if (!used.ok) throw new Error(JSON.stringify(used.error));
    if (place === 2) await rollUsage(fixture.ctx, { entries: 100 });
  }
});
afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const explore = async (filters: { tag?: string } = {}, limit = 50) => {
  const explored = await exploreUsage(fixture.ctx, key, {
    from: "2026-11-22",
    to: "2026-11-22",
    granularity: "day",
    groupBy: "tag",
    filters,
    zone: "utc",
    limit,
  });
  if (!explored.ok) throw new Error(JSON.stringify(explored.error));
  const { totals, rows, rest, overlaps } = explored.value;
  return { totals, rest, overlaps, rows: rows.map(({ key: tag, sums }) => [tag, sums.requests]) };
};

test("usage with several tags is in the row of each, and once in the total, which says so", async () => {
  const { totals, rows, rest, overlaps } = await explore();
  expect(rows).toEqual([
    ["blue", 3],
    ["", 2],
    ["eu", 2],
    ["7", 1],
    ["paid:true", 1],
    ["team:blue", 1],
  ]);
  // 6 × 0.0012, though the rows count ten.
  expect(totals).toMatchObject({ requests: 6, amount: dollars("0.0072") });
  expect({ rest, overlaps }).toEqual({ rest: null, overlaps: true });
});

test("a tag as a filter finds usage that has others too, and the rest is what no row shows", async () => {
  expect(await explore({ tag: "eu" })).toMatchObject({
    totals: { requests: 2, amount: dollars("0.0024") },
    rows: [
      ["blue", 2],
      ["eu", 2],
      ["7", 1],
    ],
  });
  expect(await explore({ tag: "" })).toMatchObject({ totals: { requests: 2 }, rows: [["", 2]] });
  // Blue is in three; the events without tags and the one of an object are left.
  expect(await explore({}, 1)).toMatchObject({ rows: [["blue", 3]], rest: { requests: 3 } });
});

test("a download by tag takes out what several tags count again, and foots", async () => {
  const made = await exportUsage(fixture.ctx, key, {
    format: "csv",
    type: "tag",
    granularity: "day",
    from: "2026-11-22",
    to: "2026-11-22",
    filters: {},
    zone: "utc",
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  let text = "";
  for await (const chunk of made.value.chunks) text += chunk;
  // Four tags more than events: 4 × 0.0012 and 4,000 tokens.
  expect(text.split("\r\n").slice(-3, -1)).toEqual([
    "Counted under several tags,,-4,0,0,0,-4000,-0.0048,0",
    expect.stringMatching(/^Total per ledger as of \S+,,,,,,,0\.0072,$/),
  ]);
});

test.each([
  [{}, []],
  [{ tag: 1, tags: null }, []],
  [{ tags: "one, two" }, ["one, two"]],
  [{ tags: [["nested"], {}, false] }, ["false"]],
  [{ tag: "x".repeat(150) }, ["x".repeat(100)]],
  [
    { tag: "z", tags: Array.from({ length: 40 }, (_, n) => `t${n}`) },
    ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "z"],
  ],
])("of %j the tags are %j", async (metadata, tags) => {
  const [row] = await database.sql<{ tags: string[] }[]>`
    select ratebook.usage_tags(${JSON.stringify(metadata)}::text::jsonb) as tags`;
  expect(row?.tags).toEqual(tags);
});
