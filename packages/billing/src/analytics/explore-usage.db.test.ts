import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  SERVICE,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { creditsSummary } from "../usage/credits-summary.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { rerateWindow } from "../usage/rerate-window.ts";
import type { UsageReport } from "../usage/usage-report.ts";
import { usageTotals } from "../usage/usage-totals.ts";
import { type ExploreUsageInput, exploreUsage } from "./explore-usage.ts";
import { type ExportUsageInput, exportUsage } from "./export-usage.ts";
import { rollUsage } from "./roll-usage.ts";
import { usageOverview } from "./usage-overview.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let acme: { id: string; key: Actor };
let other: { id: string; key: Actor };

const DAY_MS = 86_400_000;
const model = (name: string, input: string) => ({ ...languageModel("acme", name, input, "8"), listed: true });

const use = async (key: Actor, idempotencyKey: string, more: Partial<UsageReport> = {}) => {
  const used = await recordUsage(fixture.ctx, key, {
    offering: "acme/one",
    quantities: { input_tokens: 1_000 },
    idempotencyKey,
    ...more,
  });
  if (!used.ok) throw new Error(JSON.stringify(used.error));
};

// Sold at 1.2 of list: one costs 0.0012 a thousand tokens, two 0.0024.
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({ offerings: [model("one", "1"), model("two", "2")] });
  acme = await fixture.customer("acme", "10");
  other = await fixture.customer("other", "10");
  // 22 November.
  await use(acme.key, "1", { agentId: "bot", metadata: { tag: "blue" } });
  await use(acme.key, "2", { offering: "acme/two", agentId: '=HYPERLINK("evil")' });
  await use(acme.key, "3", { billing: "byok" });
  await use(other.key, "1");
  await rollUsage(fixture.ctx, { entries: 10_000 });
  // 24 November: one fell to half, and the 22nd is corrected: 0.0006 back for acme's first and other's only event.
  fixture.prices.advance(2 * DAY_MS);
  await fixture.sell({ offerings: [model("one", "0.5")] });
  const corrected = await rerateWindow(fixture.ctx, OPERATOR, {
    from: new Date("2026-11-22T00:00:00Z"),
    to: new Date("2026-11-23T00:00:00Z"),
    version: 2,
    dryRun: false,
    reason: "wrong price",
    idempotencyKey: "half",
  });
  if (!corrected.ok) throw new Error(corrected.error.kind);
  // Late, and not rolled yet.
  await use(acme.key, "4", { occurredAt: new Date("2026-11-23T22:30:00Z"), offering: "acme/two" });
});
afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const question = (more: Partial<ExploreUsageInput> = {}): ExploreUsageInput => ({
  from: new Date("2026-11-22T00:00:00Z"),
  to: new Date("2026-11-25T00:00:00Z"),
  granularity: "day",
  groupBy: "model",
  filters: {},
  zone: "utc",
  limit: 50,
  ...more,
});

const explore = async (actor: Actor, more: Partial<ExploreUsageInput> = {}) => {
  const explored = await exploreUsage(fixture.ctx, actor, question(more));
  if (!explored.ok) throw new Error(JSON.stringify(explored.error));
  return explored.value;
};

describe("exploring usage", () => {
  test("adds a customer's usage up by day and model, corrections and what is not rolled yet included", async () => {
    const { totals, series, rows, changed, timeZone } = await explore(acme.key);
    // 0.0012 + 0.0024 + a fee of 0.0002 on the 22nd; 0.0024 on the 23rd; on the 24th 0.0006 back for the first event and,
    // half of the fee, 0.0001 for the third.
    expect(totals).toMatchObject({ requests: 4, tokens: 4_000n, amount: dollars("0.0055"), corrections: 2 });
    expect(totals.costs).toBeNull();
    expect(series.map(({ start, amount }) => [start.toISOString().slice(0, 10), amount])).toEqual([
      ["2026-11-22", dollars("0.0038")],
      ["2026-11-23", dollars("0.0024")],
      ["2026-11-24", dollars("-0.0007")],
    ]);
    expect(rows.map(({ key, sums }) => [key, sums.amount])).toEqual([
      ["acme/two", dollars("0.0048")],
      ["acme/one", dollars("0.0007")],
    ]);
    expect(changed.map(({ day, lateEvents, corrections }) => [day, lateEvents, corrections])).toEqual([
      ["2026-11-22", 0, 2],
    ]);
    expect(timeZone).toBe("UTC");
  });

  test("gives the same sums by quarter hours, by days and from the entries themselves", async () => {
    const by = async (more: Partial<ExploreUsageInput>) => (await explore(acme.key, more)).totals;
    const whole = await by({});
    expect(await by({ granularity: "hour" })).toEqual(whole);
    expect(await by({ groupBy: "agent" })).toEqual(whole);
    const totals = await usageTotals(fixture.ctx, acme.key, {
      from: new Date("2026-11-22T00:00:00.001Z"),
      to: new Date("2026-11-24T23:59:59.999Z"),
      groupBy: "offering",
      limit: 10,
    });
    // The three events of exactly 00:00 are outside by a millisecond.
    expect(totals).toMatchObject({
      value: {
        items: [
          { key: "acme/one", amount: dollars("-0.0007"), events: 0 },
          { key: "acme/two", amount: dollars("0.0024"), events: 1 },
        ],
      },
    });
  });

  test("narrows by what was clicked, and compares with the interval before", async () => {
    const { totals, rows, previous } = await explore(acme.key, {
      from: new Date("2026-11-23T00:00:00Z"),
      to: new Date("2026-11-24T00:00:00Z"),
      filters: { model: "acme/two" },
      groupBy: "agent",
    });
    expect(totals.amount).toBe(dollars("0.0024"));
    expect(previous.amount).toBe(dollars("0.0024"));
    expect(rows).toMatchObject([{ key: "", label: "", previous: { amount: 0n } }]);
  });

  test("an organization's days are those of its zone, a half hour's offset included", async () => {
    await database.sql`update ratebook.customer set time_zone = 'Asia/Kolkata' where id = ${acme.id}`;
    const { series, timeZone } = await explore(acme.key, {
      zone: "organization",
      from: "2026-11-22",
      to: "2026-11-24",
    });
    expect(timeZone).toBe("Asia/Kolkata");
    // 22:30 UTC on the 23rd is 04:00 on the 24th there.
    expect(series.map(({ start, amount }) => [start.toISOString(), amount])).toEqual([
      ["2026-11-21T18:30:00.000Z", dollars("0.0038")],
      ["2026-11-22T18:30:00.000Z", 0n],
      ["2026-11-23T18:30:00.000Z", dollars("0.0017")],
    ]);
  });

  test("operators see every customer, what the platform pays, and what is left", async () => {
    const { totals, rows } = await explore(OPERATOR, { groupBy: "customer" });
    // other: 0.0012 less 0.0006. List: 0.001 + 0.002 + 0.002 of acme, 0.001 of other; the customer's own key is none of ours.
    expect(totals.amount).toBe(dollars("0.0061"));
    expect(totals.costs).toEqual({
      upstream: dollars("0.006"),
      byokUpstream: dollars("0.001"),
      cost: dollars("0.006"),
      margin: dollars("0.0001"),
    });
    expect(rows.map(({ label }) => label)).toEqual(["acme", "other"]);
    expect((await explore(OPERATOR, { groupBy: "modality" })).rows).toMatchObject([{ key: "language" }]);
  });

  test.each([
    [{ to: new Date("2026-11-22T00:00:00Z") }, "from"],
    [{ from: new Date("2026-11-22T00:01:00Z") }, "from"],
    [{ granularity: "hour", from: new Date("2020-11-22T00:00:00Z") }, "granularity"],
    [{ groupBy: "agent" }, "customer"],
    [{ filters: { tag: "blue" } }, "customer"],
  ] as const)("refuses %j and names the field", async (more, field) => {
    const refused = await exploreUsage(fixture.ctx, OPERATOR, question(more as Partial<ExploreUsageInput>));
    expect(refused).toMatchObject({ ok: false, error: { kind: "validation_error", field } });
  });

  test("nobody reads another customer's", async () => {
    expect(await exploreUsage(fixture.ctx, acme.key, question({ customer: other.id }))).toMatchObject({
      error: { kind: "access_denied" },
    });
    expect(await exploreUsage(fixture.ctx, SERVICE, question())).toMatchObject({
      error: { kind: "customer_required" },
    });
  });
});

test("the overview counts and averages whole UTC days", async () => {
  const read = await usageOverview(fixture.ctx, acme.key, { timeRange: "weekly" });
  expect(read).toMatchObject({
    value: {
      successful: 4,
      successBp: 10_000,
      // 0.0055 by four requests; by seven days 0.000785714285714…
      averageCost: dollars("0.001375"),
      dailyBurn: dollars("0.000785714"),
      averageTokens: 1_000n,
      periodStart: new Date("2026-11-18T00:00:00Z"),
    },
  });
  expect(await usageOverview(fixture.ctx, acme.key, { timeRange: "daily" })).toMatchObject({
    value: { successBp: null, averageCost: 0n, sums: { amount: dollars("-0.0007"), requests: 0 } },
  });
});

test("the credits summary says the same by model and agent", async () => {
  const summary = await creditsSummary(fixture.ctx, acme.key, {});
  expect(summary).toMatchObject({
    value: {
      usage: {
        today: dollars("-0.0007"),
        thisMonth: dollars("0.0055"),
        byModel: [
          { id: "acme/two", thisMonth: dollars("0.0048"), requests: 2 },
          { id: "acme/one", thisMonth: dollars("0.0007"), requests: 2 },
        ],
      },
    },
  });
  expect(summary.ok && summary.value.usage.byAgent.find(({ id }) => id === "bot")).toMatchObject({
    thisMonth: dollars("0.0006"),
    today: dollars("-0.0006"),
  });
});

describe("exporting usage", () => {
  const write = async (more: Partial<ExportUsageInput>, actor: Actor = acme.key): Promise<string> => {
    const made = await exportUsage(fixture.ctx, actor, {
      format: "csv",
      type: "events",
      granularity: "day",
      from: new Date("2026-11-22T00:00:00Z"),
      to: new Date("2026-11-25T00:00:00Z"),
      filters: {},
      zone: "utc",
      ...more,
    });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    let text = "";
    for await (const chunk of made.value.chunks) text += chunk;
    return text;
  };

  test.each([
    [{ type: "events" }, 7],
    [{ type: "timeseries" }, 4],
    [{ type: "timeseries", groupBy: "model", granularity: "hour" }, 5],
    [{ type: "agent" }, 4],
    // A line for the tag, and one for what several tags count again: here nothing.
    [{ type: "tag", filters: { tag: "blue" } }, 3],
  ] as const)("%j foots to the ledger in its last line", async (more, lines) => {
    const text = await write(more);
    const rows = text.trimEnd().split("\r\n");
    expect(rows).toHaveLength(lines + 1);
    const last = must(rows.at(-1), "an export has a last line");
    // Of the blue event, 0.0012 less 0.0006 given back.
    const due = "filters" in more ? "0.0006" : "0.0055";
    expect(last).toMatch(
      new RegExp(`^Total per ledger as of 2026-11-24T[0-9:.]+Z,.*,${due.replace(".", "\\.")}(,|$)`),
    );
  });

  test("names that spreadsheets would run are text", async () => {
    expect(await write({ type: "agent" })).toContain(`"'=HYPERLINK(""evil"")"`);
  });

  test("JSON has the same rows, amounts as decimal text and the ledger's sum at its end", async () => {
    const read: unknown = JSON.parse(await write({ format: "json", type: "model" }));
    expect(read).toMatchObject({
      success: true,
      timeZone: "UTC",
      rows: [
        { model: "acme/one", requests: 2, amount_usd: "0.0007" },
        { model: "acme/two", requests: 2, amount_usd: "0.0048" },
      ],
      total: { perLedger: "0.0055" },
    });
    expect(JSON.stringify(read)).not.toContain("cost_usd");
  });

  test("operators export every customer's, with margin", async () => {
    const text = await write({ type: "customer" }, OPERATOR);
    expect(text.split("\r\n")[0]).toContain("upstream_usd,cost_usd,margin_usd");
    expect(text).toMatch(/Total per ledger as of .*,0\.0061,/);
  });

  test("one whose rows do not add up to the ledger breaks off", async () => {
    await database.sql`update ratebook.usage_day set amount = amount + 1 where account_id = ${acme.id}`;
    await expect(write({ type: "agent" })).rejects.toThrow("does not foot to the ledger's 0.0055");
    await database.sql`select ratebook.rebuild_usage(${acme.id})`;
    await write({ type: "agent" });
  });
});
