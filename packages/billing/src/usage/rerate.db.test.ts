import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { saveBudget } from "../budgets/save-budget.ts";
import { simulateMarkup } from "../catalog/simulate-markup.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { dryRunPolicy } from "./dry-run-policy.ts";
import { getBalance } from "./get-balance.ts";
import { getReceipt } from "./get-receipt.ts";
import { recordUsage } from "./record-usage.ts";
import { type RerateInput, rerateWindow } from "./rerate-window.ts";
import { listReratings, undoRerating } from "./undo-rerating.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});
afterEach(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const DAY_MS = 86_400_000;
const START = new Date("2026-11-22T00:00:00Z");
const model = (input: string, output = "8") => ({
  ...languageModel("acme", "one", input, output),
  listed: true,
});

const use = async (
  key: Awaited<ReturnType<UsageFixture["customer"]>>["key"],
  idempotencyKey: string,
  input: number,
) => {
  const debited = await recordUsage(fixture.ctx, key, {
    offering: "acme/one",
    quantities: { input_tokens: input },
    idempotencyKey,
  });
  if (!debited.ok) throw new Error(debited.error.kind);
  return debited.value.id;
};

const rerate = (more: Partial<RerateInput>) =>
  rerateWindow(fixture.ctx, OPERATOR, {
    from: START,
    to: new Date(START.getTime() + DAY_MS),
    version: 2,
    dryRun: false,
    reason: "the price was wrong",
    idempotencyKey: "r1",
    ...more,
  });

const balanceOf = async (customer: string) => {
  const found = await getBalance(fixture.ctx, OPERATOR, { customer });
  return found.ok ? [found.value.balance, found.value.debt] : null;
};

describe("re-rating a window", () => {
  test("in the customers' favour grants the difference, once, after a dry run that says it exactly", async () => {
    await fixture.sell({ offerings: [model("4")] });
    const a = await fixture.customer("a", "10");
    const b = await fixture.customer("b", "10");
    const first = await use(a.key, "1", 1_000_000);
    await use(b.key, "2", 500_000);
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [model("3")] });
    // Outside the window.
    await use(b.key, "3", 1_000_000);
    // $4 → $3 at 120 %: 4.8 → 3.6 and 2.4 → 1.8.
    const told = {
      events: 2,
      changed: 2,
      before: dollars("7.2"),
      after: dollars("5.4"),
      inFavour: dollars("1.8"),
      toDebit: 0n,
    };
    expect(await rerate({ dryRun: true })).toMatchObject({ value: { ...told, id: null, status: "dry_run" } });
    expect(await balanceOf("a")).toEqual([dollars("5.2"), 0n]);
    const done = await rerate({});
    expect(done).toMatchObject({
      value: {
        ...told,
        status: "posted",
        refused: 0,
        customers: [
          { name: "a", events: 1, difference: dollars("-1.2") },
          { name: "b", difference: dollars("-0.6") },
        ],
      },
    });
    expect(await balanceOf("a")).toEqual([dollars("6.4"), 0n]);
    expect(await rerate({})).toMatchObject({
      value: { status: "replayed", changed: 2, inFavour: dollars("1.8") },
    });
    expect(await rerate({ version: 1 })).toMatchObject({ error: { kind: "idempotency_conflict" } });
    // Another key finds nothing left to correct.
    expect(await rerate({ idempotencyKey: "r2" })).toMatchObject({
      value: { changed: 0, before: dollars("5.4") },
    });
    expect(await balanceOf("a")).toEqual([dollars("6.4"), 0n]);
    const receipt = await getReceipt(fixture.ctx, a.key, { id: first });
    expect(receipt).toMatchObject({ value: { amount: dollars("4.8"), reversed: dollars("1.2") } });
  });

  test("to the customer's debit posts a usage event of its own that names the old one", async () => {
    await fixture.sell({ offerings: [model("2")] });
    const { key } = await fixture.customer("a", "3");
    const id = await use(key, "1", 1_000_000);
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [model("4")] });
    // 2.4 → 4.8 with 0.6 left: 1.8 becomes debt.
    expect(await rerate({})).toMatchObject({ value: { changed: 1, toDebit: dollars("2.4"), inFavour: 0n } });
    expect(await balanceOf("a")).toEqual([0n, dollars("1.8")]);
    const [event] = await database.sql<{ opId: string; metadata: unknown }[]>`
      select op_id as "opId", metadata from ratebook.usage_event where metadata ? 'rerates'`;
    expect(event?.metadata).toMatchObject({ rerates: id, catalogueVersion: 2 });
    expect(await getReceipt(fixture.ctx, key, { id: event?.opId ?? "" })).toMatchObject({
      value: { offering: "acme/one", amount: dollars("2.4"), lines: [{ kind: "named", outcome: "rerated" }] },
    });
  });

  test("is reversible: what it gave is revoked, what it took is given back, once; and it can be made again", async () => {
    await fixture.sell({ offerings: [model("4")] });
    const a = await fixture.customer("a", "10");
    await use(a.key, "1", 1_000_000);
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [model("3")] });
    const done = await rerate({});
    const id = must(done.ok ? done.value.id : null, "it was posted");
    expect(await undoRerating(fixture.ctx, OPERATOR, { id, reason: "no" })).toEqual({
      ok: true,
      value: { status: "undone", refused: 0 },
    });
    expect(await balanceOf("a")).toEqual([dollars("5.2"), 0n]);
    expect(await undoRerating(fixture.ctx, OPERATOR, { id, reason: "no" })).toMatchObject({
      error: { kind: "rerating_not_posted", state: "undone" },
    });
    expect(await rerate({ idempotencyKey: "again" })).toMatchObject({
      value: { changed: 1, inFavour: dollars("1.2") },
    });
    expect(await balanceOf("a")).toEqual([dollars("6.4"), 0n]);
    expect(await listReratings(fixture.ctx, OPERATOR)).toMatchObject({
      value: [
        { state: "posted", events: 1, difference: dollars("-1.2") },
        { id, state: "undone", undoReason: "no" },
      ],
    });
    const audit =
      await database.sql`select action from ratebook.audit_entry where action like 'usage.%' order by action`;
    expect(audit.map(({ action }) => action)).toEqual(["usage.rerate", "usage.rerate", "usage.rerate_undo"]);
  });

  test("what was given, undone, counts as given back no more: a deeper decrease can be given, and the receipt tells it", async () => {
    await fixture.sell({ offerings: [model("4")] });
    const a = await fixture.customer("a", "10");
    const first = await use(a.key, "1", 1_000_000);
    const saved = await saveBudget(fixture.ctx, OPERATOR, {
      customer: "a",
      subject: "organization",
      period: "month",
      limit: dollars("100"),
    });
    const budgetId = must(saved.ok ? saved.value.id : null, "it was saved");
    const spent = async () =>
      (await database.sql`select spent from ratebook.budget_counter where budget_id = ${budgetId}`)[0]?.spent;
    const reversed = async () => {
      const receipt = await getReceipt(fixture.ctx, OPERATOR, { customer: "a", id: first });
      return receipt.ok ? receipt.value.reversed : null;
    };
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [model("3")] });
    const done = await rerate({});
    expect([await spent(), await reversed()]).toEqual([dollars("3.6"), dollars("1.2")]);
    await undoRerating(fixture.ctx, OPERATOR, { id: done.ok ? (done.value.id ?? "") : "", reason: "no" });
    expect([await spent(), await reversed()]).toEqual([dollars("4.8"), 0n]);
    await fixture.sell({ offerings: [model("0.5")] });
    // 4.8 → 0.6: more than what the debit less the first correction was.
    expect(await rerate({ idempotencyKey: "deeper", version: 3 })).toMatchObject({
      value: { inFavour: dollars("4.2"), refused: 0 },
    });
    expect([await spent(), await reversed()]).toEqual([dollars("0.6"), dollars("4.2")]);
    expect(await balanceOf("a")).toEqual([dollars("9.4"), 0n]);
  });

  test("an undone debit is given back", async () => {
    await fixture.sell({ offerings: [model("2")] });
    const { key } = await fixture.customer("a", "3");
    await use(key, "1", 1_000_000);
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [model("4")] });
    const done = await rerate({});
    await undoRerating(fixture.ctx, OPERATOR, { id: done.ok ? (done.value.id ?? "") : "", reason: "no" });
    expect(await balanceOf("a")).toEqual([dollars("0.6"), 0n]);
  });

  test("finishes what was interrupted, by the same amounts, whatever later attempts would plan", async () => {
    await fixture.sell({ offerings: [model("4")] });
    const { key } = await fixture.customer("a", "10");
    await use(key, "1", 1_000_000);
    await use(key, "2", 100_000);
    fixture.prices.advance(2 * DAY_MS);
    await fixture.sell({ offerings: [model("3")] });
    const { ctx } = fixture;
    let posted = 0;
    // The process dies between the two postings, as the caller sees it.
    const dying = {
      ...ctx,
      ledger: {
        ...ctx.ledger,
        post: (op: Parameters<typeof ctx.ledger.post>[0]) => {
          posted += 1;
          if (posted === 2) throw new Error("killed");
          return ctx.ledger.post(op);
        },
      },
    };
    const input = {
      from: START,
      to: new Date(START.getTime() + DAY_MS),
      version: 2,
      dryRun: false,
      reason: "x",
      idempotencyKey: "k",
    };
    await expect(rerateWindow(dying, OPERATOR, input)).rejects.toThrow("killed");
    expect(await rerateWindow(ctx, OPERATOR, input)).toMatchObject({
      value: { status: "posted", changed: 2 },
    });
    // 4.8 + 0.48 → 3.6 + 0.36: 1.32 back, of 10 − 5.28.
    expect(await balanceOf("a")).toEqual([dollars("6.04"), 0n]);
  });

  test("leaves alone what a version does not price, and names what is wrong with a request", async () => {
    await fixture.sell({ offerings: [{ ...languageModel("acme", "other", "1", "2"), listed: true }] });
    await fixture.sell({ offerings: [model("4")] });
    const { key } = await fixture.customer("a", "10");
    await use(key, "1", 1_000_000);
    fixture.prices.advance(2 * DAY_MS);
    expect(await rerate({ version: 1 })).toMatchObject({ value: { events: 1, changed: 0, unpriced: 1 } });
    expect(await rerate({ version: 9 })).toMatchObject({ error: { kind: "version_not_found" } });
    expect(await rerate({ to: START })).toMatchObject({ error: { field: "to" } });
    expect(
      await rerateWindow(fixture.ctx, key, {
        from: START,
        to: new Date(),
        version: 1,
        dryRun: true,
        reason: "x",
      }),
    ).toMatchObject({
      error: { kind: "access_denied" },
    });
  });
});

describe("markup rules before they are in force", () => {
  const rules = [
    { id: "acme-input", match: { provider: "acme", meter: "input_tokens" }, percentBps: 5000 },
    { id: "losing", match: { provider: "ac*", meter: "output_tokens" }, percentBps: -1000, allowLoss: true },
    { id: "rest", match: {}, percentBps: 1000 },
  ];

  test("a simulation names the rule that wins, why the others did not, and the price it makes", async () => {
    await fixture.sell({ offerings: [model("4")] });
    expect(await simulateMarkup(fixture.ctx, OPERATOR, { offering: "acme/one", rules })).toMatchObject({
      value: {
        policyVersion: null,
        meters: [
          {
            meter: "input_tokens",
            rule: { id: "acme-input" },
            passedOver: [],
            notReached: ["losing", "rest"],
            rates: [{ sellUsd: "6" }],
          },
          {
            meter: "output_tokens",
            rule: { id: "losing" },
            passedOver: [{ ruleId: "acme-input", because: "meter is output_tokens, not input_tokens" }],
            notReached: ["rest"],
            rates: [{ sellUsd: "7.2" }],
          },
        ],
      },
    });
    expect(
      await simulateMarkup(fixture.ctx, OPERATOR, { offering: "acme/one", meter: "image" }),
    ).toMatchObject({
      value: { policyVersion: 1, meters: [{ meter: "image", rule: { id: "standard" }, rates: [] }] },
    });
  });

  test("a dry run prices the last days' events once more, exactly, by customer and offering, and warns of losses", async () => {
    await fixture.sell({ offerings: [model("4")] });
    const a = await fixture.customer("a", "10");
    const b = await fixture.customer("b", "10");
    await use(a.key, "1", 1_000_000);
    await use(b.key, "2", 10);
    // The rates that priced an event count, not today's.
    fixture.prices.advance(DAY_MS);
    await fixture.sell({ offerings: [model("40")] });
    const run = (more: object) => dryRunPolicy(fixture.ctx, OPERATOR, { rules, days: 30, ...more });
    // $4 × 1.2 → × 1.5: 4.8 → 6, and 48 µ$ → 60 µ$.
    expect(await run({})).toMatchObject({
      value: {
        events: 2,
        before: 4_800_048_000n,
        after: 6_000_060_000n,
        difference: 1_200_012_000n,
        customers: [
          { name: "a", difference: dollars("1.2") },
          { name: "b", difference: 12_000n },
        ],
        offerings: [{ offering: "acme/one", events: 2 }],
        losses: [{ offering: "acme/one", meter: "output_tokens", ruleId: "losing", allowed: true }],
        complete: true,
      },
    });
    expect(await run({ customer: "b" })).toMatchObject({ value: { events: 1, difference: 12_000n } });
    expect(await run({ rules: [{ id: "x", match: { provider: "acme" }, percentBps: 0 }] })).toMatchObject({
      error: { kind: "validation_error", field: "rules.0.match" },
    });
  });
});
