import { must, nanos } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { upsertAgent } from "../accounts/upsert-agent.ts";
import type { Actor } from "../actor.ts";
import type { GrantOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { rollDueWallets } from "../ledger/roll-due-wallets.ts";
import { takeOutbox } from "../ledger/take-outbox.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { dollars, expectBooksBalance, SERVICE, type UsageFixture, usageFixture } from "../testing/index.ts";
import { type PlaceHoldInput, placeHold } from "../usage/place-hold.ts";
import { rateParked } from "../usage/rate-parked.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { releaseHold } from "../usage/resolve-hold.ts";
import { settleHold } from "../usage/settle-hold.ts";
import type { UsageReport } from "../usage/usage-report.ts";
import { listBudgets } from "./list-budgets.ts";
import { listPauses } from "./list-pauses.ts";
import { noticeBudget } from "./notice-budget.ts";
import { pauseSpending } from "./pause-spending.ts";
import { removeBudget } from "./remove-budget.ts";
import { type SaveBudgetInput, saveBudget } from "./save-budget.ts";

let database: TestDatabase;
let fixture: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  // At 20 % markup 1,000 tokens cost $0.012.
  await fixture.sell({
    offerings: [
      {
        provider: "acme",
        model: "chat-1",
        modality: "language",
        listed: true,
        rates: [{ meter: "output_tokens", usd: "10", per: 1_000_000 }],
      },
    ],
  });
});

afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const CALL = dollars("0.012");

async function opened(name: string) {
  const { ctx } = fixture;
  const { id, key } = await fixture.customer(name, "100");
  await upsertAgent(ctx, key, { id: "research", name: "Research agent" });
  let calls = 0;
  const call = (more: Partial<UsageReport> = {}) => {
    calls += 1;
    return recordUsage(ctx, key, {
      offering: "acme/chat-1",
      quantities: { output_tokens: 1_000 },
      agentId: "research",
      mode: "gate",
      idempotencyKey: `call ${calls}`,
      ...more,
    });
  };
  const hold = (more: Partial<PlaceHoldInput> = {}) =>
    placeHold(ctx, key, {
      amount: dollars("1"),
      agentId: "research",
      idempotencyKey: `hold ${++calls}`,
      ...more,
    });
  const save = (more: Partial<SaveBudgetInput> = {}) =>
    saveBudget(ctx, OPERATOR, {
      customer: id,
      subject: "agent",
      subjectId: "research",
      period: "day",
      limit: dollars("5"),
      ...more,
    });
  const budgets = async () => {
    const listed = await listBudgets(ctx, key, { limit: 50 });
    if (!listed.ok) throw new Error(listed.error.kind);
    return listed.value.items.toSorted((a, b) => (a.subject + a.period < b.subject + b.period ? -1 : 1));
  };
  return { id, key, call, hold, save, budgets };
}

async function moveTo(instant: string): Promise<void> {
  const ahead = new Date(instant).getTime() - fixture.ctx.clock().getTime();
  if (ahead < 0) throw new Error(`the clock is past ${instant}`);
  fixture.prices.advance(ahead);
}

describe("a hard budget", () => {
  test("for exactly 20 calls lets exactly 20 of 64 callers at once through, and counts each", async () => {
    const { call, save, budgets } = await opened("exactly");
    await save({ limit: nanos(20n * CALL) });
    const answers = await Promise.all(Array.from({ length: 64 }, () => call()));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(20);
    const refused = answers.filter((it) => !it.ok && it.error.kind === "budget_exceeded");
    expect(refused).toHaveLength(44);
    // 20 × $0.012.
    expect(await budgets()).toMatchObject([
      { spent: dollars("0.24"), held: 0n, remaining: 0n, percent: 100 },
    ]);
  });

  test("refuses with its name, its limit, what remains and when it resets", async () => {
    const { call, hold, save } = await opened("refusal");
    const saved = await save({ limit: dollars("0.02") });
    await call();
    const day = fixture.ctx.clock().toISOString().slice(0, 10);
    const error = {
      kind: "budget_exceeded",
      budgetId: saved.ok ? saved.value.id : "",
      subject: "agent",
      subjectId: "research",
      period: "day",
      limit: dollars("0.02"),
      // 0.02 − 0.012.
      remaining: dollars("0.008"),
      resetsAt: new Date(new Date(day).getTime() + 86_400_000),
    };
    expect(await call()).toMatchObject({ ok: false, error });
    expect(await hold()).toMatchObject({ ok: false, error });
  });

  test("counts served usage beyond its limit and never refuses it, and a replay is no second use", async () => {
    const { call, save, budgets } = await opened("record");
    await save({ limit: CALL });
    expect(await call({ idempotencyKey: "same" })).toMatchObject({ ok: true });
    expect(await call({ idempotencyKey: "same" })).toMatchObject({ ok: true, value: { status: "replayed" } });
    expect(await call({ mode: "record" })).toMatchObject({ ok: true });
    // 2 × $0.012 of $0.012.
    expect(await budgets()).toMatchObject([{ spent: dollars("0.024"), remaining: 0n, percent: 200 }]);
    const [budget] = await budgets();
    expect(budget?.pausedBecause).toContain("The daily budget is used up until");
  });

  test("lets everything of others through, and free calls of its own", async () => {
    const { call, save } = await opened("others");
    await save({ limit: nanos(1n) });
    expect(await call({ agentId: "other" })).toMatchObject({ ok: true });
    expect(await call({ agentId: undefined })).toMatchObject({ ok: true });
    expect(await call()).toMatchObject({ ok: false, error: { kind: "budget_exceeded" } });
    expect(await call({ quantities: { output_tokens: 0 } })).toMatchObject({ ok: true });
  });

  test("of organization, app, member and key each applies, and the one with the least room is named", async () => {
    const { ctx } = fixture;
    const { id, save, budgets } = await opened("levels");
    const [row] = await ctx.sql<{ id: string }[]>`
      insert into ratebook.api_key (id, kind, customer_id, name, hash, prefix, last_four, scopes)
      values (${ctx.newId()}, 'customer', ${id}, 'Gateway', ${ctx.newId()}, 'rbk_', '1234', '{usage:write}') returning id`;
    const keyId = must(row, "the key was inserted").id;
    const key: Actor = { kind: "key", keyId, customerId: id, scopes: ["usage:write"] };
    const at = { quantities: { output_tokens: 1_000 }, offering: "acme/chat-1", mode: "gate" } as const;
    const names = { agentId: "research", appId: "desk", userId: "ada" };
    expect(await recordUsage(ctx, key, { ...at, ...names, idempotencyKey: "first" })).toMatchObject({
      ok: true,
    });
    await save({ subject: "organization", subjectId: null, limit: dollars("1"), period: "month" });
    await save({ subject: "app", subjectId: "desk", limit: dollars("0.5") });
    await save({ subject: "member", subjectId: "ada", limit: dollars("0.3") });
    await save({ subject: "key", subjectId: keyId, limit: dollars("0.02"), period: "week" });
    const listed = await budgets();
    // The one call before they were made is in each of them.
    expect(listed.map(({ subject, name, spent }) => [subject, name, spent])).toEqual([
      ["app", "desk", CALL],
      ["key", "Gateway", CALL],
      ["member", "ada", CALL],
      ["organization", "levels", CALL],
    ]);
    expect(await recordUsage(ctx, key, { ...at, ...names, idempotencyKey: "second" })).toMatchObject({
      ok: false,
      error: { kind: "budget_exceeded", subject: "key", subjectId: keyId, period: "week" },
    });
  });
});

test("a soft budget only counts", async () => {
  const { call, save, budgets } = await opened("soft");
  await save({ hard: false, limit: nanos(1n) });
  expect(await call()).toMatchObject({ ok: true });
  expect(await budgets()).toMatchObject([{ spent: CALL, hard: false, pausedBecause: null }]);
});

describe("holds", () => {
  test("reserve; a settle counts the real amount; release and expiry give back", async () => {
    const { id, key, hold, save, budgets } = await opened("holds");
    await save({ limit: dollars("2") });
    const first = await hold();
    const second = await hold();
    expect(await hold({ amount: dollars("0.1") })).toMatchObject({
      ok: false,
      error: { kind: "budget_exceeded" },
    });
    expect(await budgets()).toMatchObject([{ spent: 0n, held: dollars("2"), remaining: 0n }]);
    if (!first.ok || !second.ok) throw new Error("both holds were placed");
    await settleHold(fixture.ctx, key, {
      holdId: first.value.holdId,
      outcome: "completed",
      amount: dollars("0.25"),
    });
    await releaseHold(fixture.ctx, key, { holdId: second.value.holdId });
    expect(await budgets()).toMatchObject([{ spent: dollars("0.25"), held: 0n, remaining: dollars("1.75") }]);
    await hold({ ttlSeconds: 60 });
    fixture.prices.advance(61_000);
    await rollDueWallets(fixture.ctx, { limit: 100, now: fixture.ctx.clock() });
    const [counter] =
      await database.sql`select spent, held from ratebook.budget_counter where account_id = ${id}`;
    expect({ ...counter }).toEqual({ spent: dollars("0.25"), held: 0n });
  });

  test("that are open when a budget is made count in it", async () => {
    const { key, hold, save, budgets } = await opened("open-holds");
    const own = await hold();
    await hold({ agentId: "other" });
    await save({ limit: dollars("1.5") });
    expect(await budgets()).toMatchObject([{ spent: 0n, held: dollars("1"), remaining: dollars("0.5") }]);
    if (!own.ok) throw new Error("the hold was placed");
    await settleHold(fixture.ctx, key, {
      holdId: own.value.holdId,
      outcome: "completed",
      amount: dollars("0.4"),
    });
    expect(await budgets()).toMatchObject([{ spent: dollars("0.4"), held: 0n }]);
  });
});

describe("a period", () => {
  test("that has begun counts from its first instant, also for a budget made and changed in the middle", async () => {
    await moveTo("2027-01-12T23:00:00Z");
    const { call, save, budgets } = await opened("middle");
    await call();
    await moveTo("2027-01-13T10:00:00Z");
    await call();
    await call({ agentId: "other" });
    await save({ limit: dollars("1") });
    await save({ limit: dollars("1"), period: "week" });
    // Today one call of the agent; this week, from Monday the 11th, two.
    expect((await budgets()).map(({ period, spent }) => [period, spent])).toEqual([
      ["day", CALL],
      ["week", dollars("0.024")],
    ]);
    expect(await save({ limit: nanos(2n * CALL) })).toMatchObject({ ok: true, value: { spent: CALL } });
    expect(await call()).toMatchObject({ ok: true });
    expect(await call()).toMatchObject({ ok: false, error: { period: "day", remaining: 0n } });
  });

  test("is a UTC day, a week from Monday, or a month, and each starts with nothing spent", async () => {
    await moveTo("2027-01-31T23:59:59Z");
    const { call, save, budgets } = await opened("periods");
    for (const period of ["day", "week", "month"] as const) await save({ period });
    await call();
    const ends = async () => (await budgets()).map(({ resetsAt, spent }) => [resetsAt.toISOString(), spent]);
    expect(await ends()).toEqual([
      ["2027-02-01T00:00:00.000Z", CALL],
      ["2027-02-01T00:00:00.000Z", CALL],
      ["2027-02-01T00:00:00.000Z", CALL],
    ]);
    await moveTo("2027-02-01T00:00:00Z");
    await call();
    expect(await ends()).toEqual([
      ["2027-02-02T00:00:00.000Z", CALL],
      ["2027-03-01T00:00:00.000Z", CALL],
      ["2027-02-08T00:00:00.000Z", CALL],
    ]);
  });

  test("is counted once by a budget that is made while callers are at work", async () => {
    const { call, save, budgets } = await opened("race");
    const round = () => Promise.all(Array.from({ length: 40 }, () => call({ mode: "record" })));
    const working = Promise.all([round(), round(), round()]);
    await save({ limit: dollars("50") });
    await working;
    await round();
    // 160 × $0.012.
    expect(await budgets()).toMatchObject([{ spent: dollars("1.92") }]);
  });
});

describe("alerts of a budget", () => {
  const messages = async (account: string) => {
    const taken = await database.db.transaction((tx) => takeOutbox(tx, 1_000));
    return taken.filter(({ accountId, kind }) => accountId === account && kind === "budget.reached");
  };

  test("announce the highest percentage reached, once a period, and again for another limit", async () => {
    const { id, call, save } = await opened("alerts");
    await save({ limit: nanos(10n * CALL), alertPercents: [50, 80, 100] });
    await call({ quantities: { output_tokens: 4_900 } });
    expect(await messages(id)).toEqual([]);
    await call({ quantities: { output_tokens: 3_100 } });
    expect(await messages(id)).toMatchObject([{ payload: { percent: 80, spent: String(8n * CALL) } }]);
    await call();
    expect(await messages(id)).toEqual([]);
    await save({ limit: nanos(18n * CALL) });
    expect(await messages(id)).toMatchObject([{ payload: { percent: 50, limit: String(18n * CALL) } }]);
  });

  test("are told to the customer once, however often they are reported", async () => {
    const { id, save } = await opened("told");
    await database.sql`update ratebook.customer set email = 'told@acme.test' where id = ${id}`;
    const saved = await save();
    if (!saved.ok) throw new Error(saved.error.kind);
    const { id: budgetId, periodStart, resetsAt } = saved.value;
    const limit = dollars("5");
    const reached = {
      customerId: id,
      budgetId,
      periodStart,
      resetsAt,
      limit,
      spent: dollars("4"),
      percent: 80,
    };
    await noticeBudget(fixture.ctx, reached);
    await noticeBudget(fixture.ctx, reached);
    const events = await database.sql`
      select kind, body from ratebook.webhook_event where customer_id = ${id}`;
    expect(events).toHaveLength(1);
    expect(JSON.parse(String(events[0]?.body)).data).toMatchObject({
      name: "Research agent",
      limit: "5",
      spent: "4",
      percent: 80,
    });
    const mails = fixture.mails.filter(({ to }) => to === "told@acme.test");
    expect(new Set(mails.map(({ key }) => key)).size).toBe(1);
    expect(mails[0]?.subject).toBe("80% of the daily budget of Research agent is used");
  });
});

describe("what changes afterwards", () => {
  const correction = (account: string, ref: string, usd: string): GrantOp => ({
    kind: "grant",
    account,
    opId: opId("test-correction", fixture.ctx.newId()),
    meaningHash: "0".repeat(64),
    amount: dollars(usd),
    category: "purchased",
    contra: "refunds",
    source: "Served twice",
    ref,
  });
  const giveBack = (...of: Parameters<typeof correction>) => fixture.ctx.ledger.post(correction(...of));
  const called = async (call: ReturnType<typeof recordUsage>) => {
    const answer = await call;
    if (!answer.ok) throw new Error(answer.error.kind);
    return answer.value.id;
  };

  test("a correction gives the budget back in the period it counted in, also for one made after it", async () => {
    await moveTo("2027-03-10T12:00:00Z");
    const { id, call, save, budgets } = await opened("correction");
    await save({ limit: nanos(2n * CALL) });
    const yesterdays = await called(call());
    await moveTo("2027-03-11T12:00:00Z");
    const first = await called(call());
    await call();
    expect(await call()).toMatchObject({ ok: false, error: { kind: "budget_exceeded" } });
    // Nothing of today was spent by it.
    expect(await giveBack(id, yesterdays, "0.012")).toMatchObject({ kind: "done" });
    expect(await budgets()).toMatchObject([{ spent: dollars("0.024") }]);
    expect(await giveBack(id, first, "0.005")).toMatchObject({ kind: "done" });
    // 2 × $0.012 − $0.005.
    expect(await budgets()).toMatchObject([{ spent: dollars("0.019"), remaining: dollars("0.005") }]);
    await giveBack(id, first, "0.007");
    expect(await call()).toMatchObject({ ok: true });
    await save({ subject: "organization", subjectId: null, limit: dollars("1") });
    // This week: 4 × $0.012 less both corrections in full; today without yesterday's.
    await save({ period: "week", limit: dollars("1") });
    expect((await budgets()).map(({ subject, period, spent }) => [subject, period, spent])).toEqual([
      ["agent", "day", dollars("0.024")],
      ["agent", "week", dollars("0.024")],
      ["organization", "day", dollars("0.024")],
    ]);
  });

  test("what was given back and is taken again is announced as spending is", async () => {
    const { id, call, save } = await opened("taken again");
    await save({ limit: nanos(10n * CALL), alertPercents: [50, 80] });
    const reached = async () => {
      const taken = await database.db.transaction((tx) => takeOutbox(tx, 1_000));
      return taken.flatMap(({ accountId, kind, payload }) =>
        accountId === id && kind === "budget.reached" ? [payload] : [],
      );
    };
    const debit = await called(call({ quantities: { output_tokens: 4_000 } }));
    const given = opId("test-correction", "to be taken again");
    const posted = await fixture.ctx.ledger.post({ ...correction(id, debit, "0.048"), opId: given });
    expect(posted.kind).toBe("done");
    await call({ quantities: { output_tokens: 4_900 } });
    expect(await reached()).toEqual([]);
    const taken = await fixture.ctx.ledger.post({
      kind: "revoke",
      account: id,
      opId: opId("test-correction", "taken again"),
      meaningHash: "0".repeat(64),
      amount: dollars("0.048"),
      contra: "refunds",
      ref: given,
      allowDebt: true,
    });
    expect(taken.kind).toBe("done");
    expect(await reached()).toMatchObject([{ percent: 80, spent: (89n * (CALL / 10n)).toString() }]);
  });

  test("usage that was parked counts when it is rated", async () => {
    const { key, save, budgets } = await opened("parked");
    await save();
    const parked = await recordUsage(fixture.ctx, key, {
      offering: "acme/late-1",
      quantities: { output_tokens: 1_000 },
      agentId: "research",
      idempotencyKey: "parked",
    });
    expect(parked).toMatchObject({ ok: true, value: { status: "parked" } });
    expect(await budgets()).toMatchObject([{ spent: 0n }]);
    await fixture.sell({
      offerings: [
        {
          provider: "acme",
          model: "late-1",
          modality: "language",
          listed: true,
          rates: [{ meter: "output_tokens", usd: "20", per: 1_000_000 }],
        },
      ],
    });
    await rateParked(fixture.ctx, OPERATOR, { dryRun: false, offering: "acme/late-1", limit: 10 });
    // 1,000 × $20 ÷ 10^6 + 20 %.
    expect(await budgets()).toMatchObject([{ spent: dollars("0.024") }]);
  });

  test("a settle after its hold expired counts in the period in which the hold reserved", async () => {
    await moveTo("2027-03-12T23:59:00Z");
    const { key, hold, save, budgets } = await opened("late");
    await save({ limit: dollars("2") });
    const held = await hold({ ttlSeconds: 60 });
    if (!held.ok) throw new Error(held.error.kind);
    await moveTo("2027-03-13T00:10:00Z");
    const settled = await settleHold(fixture.ctx, key, {
      holdId: held.value.holdId,
      outcome: "completed",
      amount: dollars("0.5"),
    });
    expect(settled).toMatchObject({ ok: true, value: { late: true } });
    expect(await budgets()).toMatchObject([{ spent: 0n, held: 0n, remaining: dollars("2") }]);
    const [yesterday] = await database.sql`
      select c.spent, c.held from ratebook.budget_counter c
      join ratebook.budget b using (bucket, account_id, budget_id)
      where b.limit_nanos = ${dollars("2")} and c.period_start = '2027-03-12T00:00:00Z'`;
    expect({ ...yesterday }).toEqual({ spent: dollars("0.5"), held: 0n });
  });

  test("a limit lowered under what is spent refuses at once, and made soft lets everything through", async () => {
    const { call, save, budgets } = await opened("lowered");
    await save({ limit: dollars("1") });
    await call();
    await call();
    await save({ limit: CALL });
    expect(await budgets()).toMatchObject([{ percent: 200, remaining: 0n }]);
    expect(await call()).toMatchObject({ ok: false, error: { kind: "budget_exceeded", remaining: 0n } });
    await save({ limit: CALL, hard: false });
    expect(await call()).toMatchObject({ ok: true });
    expect(await budgets()).toMatchObject([{ percent: 300, pausedBecause: null }]);
  });
});

test("a paused agent is refused with the reason until it is resumed; its served usage is recorded", async () => {
  const { ctx } = fixture;
  const { id, key, call, hold } = await opened("paused");
  const pause = (reason: string | null) =>
    pauseSpending(ctx, OPERATOR, { customer: id, subject: "agent", subjectId: "research", reason });
  expect(await pause("Loops on the same page.")).toMatchObject({ ok: true, value: { changed: true } });
  expect(await pause("Loops on the same page.")).toMatchObject({ ok: true, value: { changed: false } });
  const error = {
    kind: "paused",
    subject: "agent",
    subjectId: "research",
    reason: "Loops on the same page.",
  };
  expect(await call()).toMatchObject({ ok: false, error });
  expect(await hold()).toMatchObject({ ok: false, error });
  expect(await call({ agentId: "other" })).toMatchObject({ ok: true });
  expect(await call({ mode: "record" })).toMatchObject({ ok: true });
  expect(await listPauses(ctx, key, {})).toMatchObject({ ok: true, value: [{ name: "Research agent" }] });
  expect(await pause(null)).toMatchObject({ ok: true, value: { reason: null, changed: true } });
  expect(await call()).toMatchObject({ ok: true });
  const [wallet] = await database.sql`select has_limits from ratebook.wallet where account_id = ${id}`;
  expect(wallet?.has_limits).toBe(false);
});

test("a budget that is removed limits nothing, and one made anew starts with the period's usage", async () => {
  const { ctx } = fixture;
  const { id, call, save, budgets } = await opened("removed");
  const saved = await save({ limit: CALL });
  if (!saved.ok) throw new Error(saved.error.kind);
  await call();
  expect(await removeBudget(ctx, OPERATOR, { customer: id, id: saved.value.id })).toMatchObject({ ok: true });
  expect(await removeBudget(ctx, OPERATOR, { customer: id, id: saved.value.id })).toMatchObject({
    ok: false,
    error: { kind: "budget_not_found" },
  });
  expect(await call()).toMatchObject({ ok: true });
  await save({ limit: dollars("1") });
  expect(await budgets()).toMatchObject([{ spent: nanos(2n * CALL) }]);
});

describe("what is no budget is refused and writes nothing", () => {
  test.each<[string, Partial<SaveBudgetInput>, Record<string, unknown>]>([
    ["a limit of zero", { limit: nanos(0n) }, { kind: "validation_error", field: "limit" }],
    ["a negative limit", { limit: nanos(-1n) }, { kind: "validation_error", field: "limit" }],
    ["a percentage of 0", { alertPercents: [0] }, { field: "alertPercents" }],
    ["an unknown agent", { subjectId: "nobody" }, { kind: "subject_not_found", id: "nobody" }],
    ["an unknown key", { subject: "key", subjectId: "nothing" }, { kind: "subject_not_found" }],
    ["no agent", { subjectId: null }, { kind: "validation_error", field: "subjectId" }],
    ["an organization's id", { subject: "organization" }, { kind: "validation_error", field: "subjectId" }],
    ["an unknown customer", { customer: "nobody" }, { kind: "customer_not_found" }],
  ])("%s", async (name, more, error) => {
    const { id, save } = await opened(`bad ${name}`);
    expect(await save(more)).toMatchObject({ ok: false, error });
    const rows = await database.sql`select 1 from ratebook.budget where account_id = ${id}`;
    expect(rows).toHaveLength(0);
  });

  test("a key's own, an ordinary member's, and a foreign organization's", async () => {
    const { ctx } = fixture;
    const [mine, theirs] = [await opened("mine"), await opened("theirs")];
    const terms = { subject: "agent", subjectId: "research", period: "day", limit: dollars("1") } as const;
    const member = (role: "owner" | "member"): Actor => ({
      kind: "member",
      userId: "u",
      customerId: mine.id,
      role,
    });
    for (const actor of [mine.key, member("member")]) {
      expect(await saveBudget(ctx, actor, terms)).toMatchObject({
        ok: false,
        error: { kind: "access_denied" },
      });
    }
    expect(await saveBudget(ctx, member("owner"), { ...terms, customer: theirs.id })).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
    expect(await saveBudget(ctx, member("owner"), terms)).toMatchObject({ ok: true });
    const theirBudget = await theirs.save();
    if (!theirBudget.ok) throw new Error(theirBudget.error.kind);
    expect(await removeBudget(ctx, member("owner"), { id: theirBudget.value.id })).toMatchObject({
      ok: false,
      error: { kind: "budget_not_found" },
    });
    expect(await theirs.budgets()).toHaveLength(1);
  });

  test("with an agent's name, which is then not written either", async () => {
    const { ctx } = fixture;
    const { id } = await opened("with-name");
    const name = { customer: id, id: "fresh", name: "Fresh" };
    const service: Actor = {
      kind: "service",
      keyId: "s",
      scopes: ["usage:any", "usage:write", "customers:write"],
    };
    const budget = { period: "day", limit: nanos(0n) } as const;
    expect(await upsertAgent(ctx, service, { ...name, budget })).toMatchObject({ error: { field: "limit" } });
    const agents = await database.sql`
      select 1 from ratebook.agent where customer_id = ${id} and agent_id = 'fresh'`;
    expect(agents).toHaveLength(0);
    const good = {
      ...name,
      budget: { ...budget, limit: dollars("1") },
      paused: true,
      pauseReason: "Not yet.",
    };
    expect(await upsertAgent(ctx, service, good)).toMatchObject({ ok: true });
    expect(await listBudgets(ctx, SERVICE, { customer: id, limit: 10 })).toMatchObject({
      value: { items: [{ name: "Fresh", pausedBecause: "Not yet.", pausedByHand: true }] },
    });
  });
});
