import { nanos } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { verifyBooks } from "../ledger/verify-books.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { rateParked } from "../usage/rate-parked.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { rerateWindow } from "../usage/rerate-window.ts";
import { undoRerating } from "../usage/undo-rerating.ts";
import type { UsageReport } from "../usage/usage-report.ts";
import { rebuildUsage } from "./rebuild-usage.ts";
import { rollUsage } from "./roll-usage.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({ offerings: [model("1")] });
});
afterEach(async () => {
  await fixture.close();
  await rollUsage(fixture.ctx, { entries: 10_000 });
  await expectBooksBalance(database.sql);
  await database.drop();
});

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
// 1 USD a million at list is 1.2 sold: a thousand tokens are 0.0012.
const model = (input: string) => ({ ...languageModel("acme", "one", input, "8"), listed: true });

const use = async (key: Actor, idempotencyKey: string, more: Partial<UsageReport> = {}) => {
  const used = await recordUsage(fixture.ctx, key, {
    offering: "acme/one",
    quantities: { input_tokens: 1_000 },
    idempotencyKey,
    ...more,
  });
  if (!used.ok) throw new Error(JSON.stringify(used.error));
  return used.value;
};

const roll = async (entries = 10_000): Promise<bigint> => {
  let [passed, round] = [0n, 0n];
  do {
    round = await rollUsage(fixture.ctx, { entries });
    passed += round;
  } while (round > 0n);
  return passed;
};

const days = (account: string) => database.sql`
  select day, offering, billing, agent_id as agent, app_id as app, user_id as member, tags, requests::int, failed::int,
    parked::int, tokens::int, amount, corrections::int, corrected, upstream, byok_upstream as byok, cost
  from ratebook.usage_day where account_id = ${account} order by day, offering, billing, agent_id`;

const current = async (account: string) => {
  const [row] = await database.sql<{ amount: bigint; requests: number }[]>`
    select coalesce(sum(amount), 0)::int8 as amount, coalesce(sum(requests), 0)::int as requests from (
      select amount, requests from ratebook.usage_quarter where account_id = ${account}
      union all select amount, requests from ratebook.unrolled_usage(${account})) u`;
  return row;
};

describe("rolling usage", () => {
  test("adds each event once, by quarter and day and every dimension, in however many steps", async () => {
    const { id, key } = await fixture.customer("a", "10");
    await use(key, "1", { agentId: "bot", appId: "site", userId: "una", metadata: { tag: "blue" } });
    await use(key, "2", { agentId: "bot", appId: "site", userId: "una", metadata: { tag: "blue" } });
    await use(key, "3", { metadata: { tag: { not: "a text" } } });
    expect(await current(id)).toEqual({ amount: dollars("0.0036"), requests: 3 });
    // The purchase's entry and three debits, one at a time.
    expect(await roll(1)).toBe(4n);
    expect(await roll()).toBe(0n);
    const none = { failed: 0, parked: 0, corrections: 0, corrected: 0n, byok: 0n };
    const shared = { day: "2026-11-22", offering: "acme/one", billing: "platform", ...none };
    expect([...(await days(id))]).toEqual([
      // Two of 0.0012 and 0.001; 1,000 tokens each.
      {
        ...shared,
        agent: "",
        app: "",
        member: "",
        tags: [],
        requests: 1,
        tokens: 1_000,
        ...costs("0.0012", "0.001"),
      },
      {
        ...shared,
        agent: "bot",
        app: "site",
        member: "una",
        tags: ["blue"],
        requests: 2,
        tokens: 2_000,
        ...costs("0.0024", "0.002"),
      },
    ]);
    expect(await current(id)).toEqual({ amount: dollars("0.0036"), requests: 3 });
  });

  test("a transaction that commits after a later one is not skipped", async () => {
    const slow = await fixture.customer("slow", "10");
    const fast = await fixture.customer("fast", "10");
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const late = inTransaction(database.db, async (tx) => {
      await postWithin(tx, [debitOp(slow.id, "slow")]);
      started.resolve();
      await finish.promise;
    });
    await started.promise;
    // Its entries carry later instants than those of the open transaction.
    await use(fast.key, "fast");
    await roll();
    expect((await current(slow.id))?.requests).toBe(0);
    finish.resolve();
    await late;
    expect(await current(slow.id)).toEqual({ amount: dollars("0.5"), requests: 1 });
    expect(await roll()).toBe(1n);
    expect(await current(slow.id)).toEqual({ amount: dollars("0.5"), requests: 1 });
    expect((await current(fast.id))?.requests).toBe(1);
  });

  test("four rollers at once, over wallets that are being written, add each event once", async () => {
    const customers = await Promise.all(["p", "q", "r"].map((name) => fixture.customer(name, "10")));
    const writes = customers.map(async ({ key }) => {
      for (let n = 0; n < 40; n += 1) await use(key, `n${n}`);
    });
    let writing = true;
    const rollers = Array.from({ length: 4 }, async () => {
      while (writing) await rollUsage(fixture.ctx, { entries: 5 });
    });
    await Promise.all(writes);
    writing = false;
    await Promise.all(rollers);
    await roll();
    for (const { id } of customers) {
      // 40 × 0.0012.
      expect(await current(id)).toEqual({ amount: dollars("0.048"), requests: 40 });
    }
  });

  test("what was parked is one request, and its money comes when it is rated, on its own day", async () => {
    const { id, key } = await fixture.customer("a", "10");
    await use(key, "1", { offering: "acme/two", agentId: "bot" });
    await roll();
    expect([...(await days(id))]).toMatchObject([
      { offering: "acme/two", agent: "bot", requests: 1, parked: 1, tokens: 1_000, amount: 0n },
    ]);
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [{ ...languageModel("acme", "two", "1", "8"), listed: true }] });
    expect(await rateParked(fixture.ctx, OPERATOR, { dryRun: false, limit: 10 })).toMatchObject({
      value: { rated: 1 },
    });
    await roll();
    expect([...(await days(id))]).toMatchObject([
      { day: "2026-11-22", agent: "bot", requests: 1, parked: 0, tokens: 1_000, ...costs("0.0012", "0.001") },
    ]);
    expect(await changes(id)).toMatchObject([
      { day: "2026-11-22", lateEvents: 1, lateAmount: dollars("0.0012"), corrections: 0 },
    ]);
  });

  test("an event that arrives late counts on the day it occurred, and the closed day says that it changed", async () => {
    const { id, key } = await fixture.customer("a", "10");
    const occurredAt = new Date(fixture.ctx.clock());
    // Half an hour into the next day the day is still open.
    fixture.prices.advance(DAY_MS + HOUR_MS / 2);
    await use(key, "1", { occurredAt });
    fixture.prices.advance(HOUR_MS);
    await use(key, "2", { occurredAt });
    await roll();
    expect([...(await days(id))]).toMatchObject([
      { day: "2026-11-22", requests: 2, amount: dollars("0.0024") },
    ]);
    expect(await changes(id)).toMatchObject([
      { day: "2026-11-22", lateEvents: 1, lateAmount: dollars("0.0012"), corrections: 0, corrected: 0n },
    ]);
  });

  test("the customer's own upstream key leaves its list cost out of ours; shadow usage is nowhere", async () => {
    const { id, key } = await fixture.customer("a", "10");
    await use(key, "1", { billing: "byok" });
    await use(key, "2", { shadow: true });
    await roll();
    expect([...(await days(id))]).toMatchObject([
      // 20 % of 0.001 as the fee.
      {
        billing: "byok",
        requests: 1,
        amount: dollars("0.0002"),
        upstream: 0n,
        byok: dollars("0.001"),
        cost: 0n,
      },
    ]);
  });
});

describe("corrections", () => {
  test("in the customer's favour lower the spend of the event's agent and model, and are undone again", async () => {
    const { id, key } = await fixture.customer("a", "10");
    await use(key, "1", { agentId: "bot" });
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [model("0.5")] });
    const rerated = await rerate("half");
    await roll();
    const posted = {
      day: "2026-11-24",
      offering: "acme/one",
      agent: "bot",
      requests: 0,
      tokens: 0,
      upstream: 0n,
    };
    expect([...(await days(id))]).toMatchObject([
      { day: "2026-11-22", requests: 1, amount: dollars("0.0012"), corrections: 0 },
      { ...posted, corrections: 1, amount: dollars("-0.0006"), corrected: dollars("-0.0006") },
    ]);
    expect(await changes(id)).toMatchObject([
      { day: "2026-11-22", lateEvents: 0, corrections: 1, corrected: dollars("-0.0006") },
    ]);
    expect(await undoRerating(fixture.ctx, OPERATOR, { id: rerated, reason: "wrong" })).toMatchObject({
      ok: true,
    });
    await roll();
    expect([...(await days(id))]).toMatchObject([
      { day: "2026-11-22" },
      { ...posted, corrections: 2, amount: 0n, corrected: 0n },
    ]);
  });

  test("to the customer's debit have the dimensions of the event they name, and are undone again", async () => {
    const { id, key } = await fixture.customer("a", "10");
    await use(key, "1", { agentId: "bot", metadata: { tag: "blue" } });
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [model("2")] });
    const rerated = await rerate("double");
    await roll();
    const posted = { day: "2026-11-24", agent: "bot", tags: ["blue"], requests: 0, tokens: 0 };
    expect([...(await days(id))]).toMatchObject([
      { day: "2026-11-22", requests: 1, amount: dollars("0.0012") },
      { ...posted, corrections: 1, amount: dollars("0.0012"), corrected: dollars("0.0012") },
    ]);
    expect(await undoRerating(fixture.ctx, OPERATOR, { id: rerated, reason: "wrong" })).toMatchObject({
      ok: true,
    });
    await roll();
    expect([...(await days(id))]).toMatchObject([
      { day: "2026-11-22" },
      { ...posted, corrections: 2, amount: 0n, corrected: 0n },
    ]);
    expect(await changes(id)).toMatchObject([{ day: "2026-11-22", corrections: 2, corrected: 0n }]);
  });
});

test("rollups made anew are the same rows", async () => {
  const { id, key } = await fixture.customer("a", "10");
  await use(key, "1", { agentId: "bot" });
  fixture.prices.advance(2 * DAY_MS);
  await fixture.sell({ offerings: [model("0.5")] });
  await rerate("half");
  await use(key, "2");
  await roll();
  const other = await fixture.customer("b", "10");
  await use(other.key, "1");
  await roll();
  const all = async () => [...(await days(id)), ...(await changes(id)), ...(await everybodys())];
  const before = await all();
  // 0.0012 − 0.0006 of the first, 0.0006 of the second and of the other customer's.
  expect((await everybodys()).reduce((sum, { amount }) => sum + amount, 0n)).toBe(dollars("0.0018"));
  // A wallet by itself leaves everybody's sums as they are.
  await database.sql`select ratebook.rebuild_usage(${id})`;
  expect(await all()).toEqual(before);
  for (const table of ["usage_day", "usage_day_total"]) {
    await database.sql`update ratebook.${database.sql(table)} set amount = 7`;
    const broken = (await verifyBooks(database)).filter((check) => (check.violations ?? 0) > 0);
    expect(broken.map((check) => check.id)).toEqual(["I16"]);
    expect(await rebuildUsage(fixture.ctx, OPERATOR)).toEqual({ ok: true, value: { wallets: 2 } });
    expect(await all()).toEqual(before);
  }
  expect(await rebuildUsage(fixture.ctx, key)).toMatchObject({ error: { kind: "access_denied" } });
});

const rerate = async (idempotencyKey: string): Promise<string> => {
  const done = await rerateWindow(fixture.ctx, OPERATOR, {
    from: new Date("2026-11-22T00:00:00Z"),
    to: new Date("2026-11-23T00:00:00Z"),
    version: 2,
    dryRun: false,
    reason: "the price was wrong",
    idempotencyKey,
  });
  if (!done.ok || done.value.id === null) throw new Error("the re-rating was not posted");
  return done.value.id;
};

const changes = async (account: string) => [
  ...(await database.sql`
    select day, late_events::int as "lateEvents", late_amount as "lateAmount", corrections::int, corrected
    from ratebook.usage_day_change where account_id = ${account} order by day`),
];

const everybodys = async () => [
  ...(await database.sql<{ amount: bigint }[]>`
    select day, offering, billing, requests::int, tokens::int, amount, corrections::int, corrected, upstream, cost
    from ratebook.usage_day_total order by day, offering, billing`),
];

const costs = (amount: string, list: string) => ({
  amount: dollars(amount),
  upstream: dollars(list),
  cost: dollars(list),
});

const debitOp = (account: string, key: string) =>
  ({
    kind: "debit",
    mode: "record",
    account,
    opId: opId("test", key),
    meaningHash: "1".repeat(64),
    amount: dollars("0.5"),
    usageEvent: {
      offering: "acme/one",
      provider: "acme",
      model: "one",
      pools: {},
      dimensions: {},
      lines: [{ kind: "named", outcome: "completed", amount: dollars("0.5").toString() }],
      listCost: nanos(0n),
      ownCost: null,
      amount: dollars("0.5"),
      catalogueVersion: null,
      policyVersion: null,
      contract: null,
      agentId: null,
      appId: null,
      keyId: null,
      userId: null,
      billing: "platform",
      state: "rated",
      parkReason: null,
      outcome: null,
      quoteId: null,
      metadata: {},
      occurredAt: new Date("2026-11-22T00:00:00Z"),
    },
  }) as const;
