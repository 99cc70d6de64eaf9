import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { dollars, languageModel, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { type ImportUpstreamInput, importUpstream } from "./import-upstream.ts";
import { listUpstream } from "./list-upstream.ts";
import { marginReport } from "./margin-report.ts";
import { UpstreamMapping } from "./read-upstream-csv.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let key: Actor;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  const model = (name: string) => ({ ...languageModel("acme", name, "1", "8"), listed: true });
  await fixture.sell({
    offerings: [model("one"), { ...model("two"), aliases: ["two-2026"] }, model("three")],
  });
  ({ key } = await fixture.customer("a", "100"));
  // A million tokens of each cost us 1.00 and are sold for 1.20.
  for (const name of ["one", "two", "three"]) {
    const used = await recordUsage(fixture.ctx, key, {
      offering: `acme/${name}`,
      quantities: { input_tokens: 1_000_000 },
      idempotencyKey: name,
    });
    if (!used.ok) throw new Error(used.error.kind);
  }
});
afterAll(async () => {
  await fixture.close();
  await database.drop();
});

const CSV = [
  "date,model_name,cost",
  "2026-11-22,one,0.60",
  "2026-11-22,one,0.40",
  "2026-11-22,two-2026,1.25",
  "2026-11-22,ghost,0.70",
].join("\n");

const load = (more: Partial<ImportUpstreamInput> = {}, actor: Actor = OPERATOR) =>
  importUpstream(fixture.ctx, actor, {
    provider: "acme",
    account: "",
    fileName: "november.csv",
    csv: CSV,
    mapping: UpstreamMapping.parse({ day: "date", model: "model_name", amount: "cost" }),
    dryRun: false,
    ...more,
  });

const lines = async () => {
  const [row] =
    await database.sql`select count(*)::int as n, (select count(*)::int from ratebook.upstream_mapping) as m
    from ratebook.upstream_line where superseded_by is null`;
  return [row?.["n"], row?.["m"]];
};

test("a dry run and a document with a bad row write nothing, and say everything", async () => {
  expect(await load({ dryRun: true })).toMatchObject({
    value: { status: "dry_run", rows: 4, total: dollars("2.95"), firstDay: "2026-11-22", badRows: 0 },
  });
  expect(await load({ csv: `${CSV}\nyesterday,one,1` })).toMatchObject({
    value: { status: "refused", badRows: 1, bad: [{ line: 6 }] },
  });
  expect(await load({ csv: "date,cost\n2026-11-22,1" })).toMatchObject({
    error: { kind: "validation_error", field: "csv" },
  });
  expect(await load({}, key)).toMatchObject({ error: { kind: "access_denied" } });
  expect(await lines()).toEqual([0, 0]);
});

test("a document is imported once, and a later one takes the place of its days", async () => {
  expect(await load()).toMatchObject({
    value: {
      status: "imported",
      models: [
        { model: "two-2026", offering: "acme/two", known: true },
        { model: "one", offering: "acme/one", amount: dollars("1"), rows: 2 },
        { model: "ghost", offering: "acme/ghost", known: false },
      ],
    },
  });
  expect(await load()).toMatchObject({ value: { status: "replayed" } });
  expect(await lines()).toEqual([4, 1]);
  fixture.prices.advance(1_000);
  const more = await load({ csv: `${CSV}\n2026-11-23,one,0.10` });
  expect(more).toMatchObject({ value: { status: "imported", supersedes: 4 } });
  fixture.prices.advance(1_000);
  // Another account of ours at the provider stands beside it.
  expect(await load({ account: "second", csv: "date,model_name,cost\n2026-11-22,one,0.00" })).toMatchObject({
    value: { status: "imported", supersedes: 0 },
  });
  expect(await lines()).toEqual([6, 1]);
  expect(await listUpstream(fixture.ctx, OPERATOR)).toMatchObject({
    value: { imports: [{ account: "second" }, { rows: 5 }, { rows: 4 }], mappings: [{ provider: "acme" }] },
  });
});

test("what waits for a price matches nothing, whether the provider billed it yet or not", async () => {
  for (const model of ["unheard", "unseen"]) {
    const used = await recordUsage(fixture.ctx, key, {
      offering: `newco/${model}`,
      quantities: { input_tokens: 1_000 },
      idempotencyKey: model,
      occurredAt: new Date("2026-11-22T00:00:00Z"),
    });
    expect(used).toMatchObject({ value: { status: "parked" } });
  }
  const csv = "date,model_name,cost\n2026-11-22,unheard,0.30";
  expect(await load({ provider: "newco", csv })).toMatchObject({ value: { status: "imported" } });
  const report = await marginReport(fixture.ctx, OPERATOR, {
    from: "2026-11-01",
    to: "2026-11-30",
    provider: "newco",
  });
  expect(report).toMatchObject({
    value: {
      states: { unpriced: 2 },
      leaks: 2,
      parked: 2n,
      lost: dollars("0.3"),
      rows: [
        { offering: "newco/unheard", state: "unpriced", lost: dollars("0.3"), parked: 1n },
        { offering: "newco/unseen", state: "unpriced", lost: 0n, billed: null },
      ],
    },
  });
});

test("the report names what differs and where money is lost, by day and model", async () => {
  const report = await marginReport(fixture.ctx, OPERATOR, {
    from: "2026-11-01",
    to: "2026-11-30",
    provider: "acme",
  });
  expect(report).toMatchObject({
    value: {
      providerDays: 2,
      billed: dollars("3.05"),
      cost: dollars("3"),
      amount: dollars("3.6"),
      // 0.70 and 0.10 were never recorded; two was sold for 1.20 and billed at 1.25.
      lost: dollars("0.85"),
      leaks: 3,
      states: { unrecorded: 2, under_cost: 1, not_upstream: 1, matches: 1 },
      rows: [
        { day: "2026-11-22", offering: "acme/ghost", state: "unrecorded", lost: dollars("0.7") },
        { day: "2026-11-23", offering: "acme/one", state: "unrecorded", lost: dollars("0.1") },
        {
          day: "2026-11-22",
          offering: "acme/two",
          state: "under_cost",
          lost: dollars("0.05"),
          difference: dollars("0.25"),
        },
        {
          day: "2026-11-22",
          offering: "acme/three",
          state: "not_upstream",
          billed: null,
          difference: dollars("-1"),
        },
      ],
    },
  });
  expect(await marginReport(fixture.ctx, key, { from: "2026-11-01", to: "2026-11-30" })).toMatchObject({
    error: { kind: "access_denied" },
  });
  expect(await marginReport(fixture.ctx, OPERATOR, { from: "2026-01-01", to: "2026-11-30" })).toMatchObject({
    error: { field: "to" },
  });
});
