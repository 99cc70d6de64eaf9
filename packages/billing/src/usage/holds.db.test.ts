import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dollars, expectBooksBalance, type UsageFixture, usageFixture } from "../testing/index.ts";
import { type PlaceHoldInput, placeHold } from "./place-hold.ts";
import { recordUsage } from "./record-usage.ts";
import { extendHold, releaseHold } from "./resolve-hold.ts";
import { type SettleHoldInput, settleHold } from "./settle-hold.ts";

let database: TestDatabase;
let fixture: UsageFixture;

const sell = (usd: string) =>
  fixture.sell({
    offerings: [
      {
        provider: "acme",
        model: "chat-1",
        modality: "language",
        listed: true,
        rates: [{ meter: "output_tokens", usd, per: 1_000_000 }],
      },
    ],
  });

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await sell("10");
});

afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const MILLION = { offering: "acme/chat-1", quantities: { output_tokens: 1_000_000 } };

async function placed(name: string, usd: string, more: Partial<PlaceHoldInput> = {}) {
  const { id, key } = await fixture.customer(name, usd);
  const hold = await placeHold(fixture.ctx, key, { ...MILLION, idempotencyKey: "h", ...more });
  if (!hold.ok) throw new Error(hold.error.kind);
  const { holdId } = hold.value;
  const settle = (more: Omit<SettleHoldInput, "holdId">) => settleHold(fixture.ctx, key, { holdId, ...more });
  return { id, key, holdId, hold: hold.value, settle };
}

describe("placing a hold", () => {
  test("sets aside what the usage would cost, once a key", async () => {
    const { key, hold } = await placed("place", "20");
    // 1 M × $10/M × 1.2 = 12.
    expect(hold).toMatchObject({
      status: "placed",
      amount: dollars("12"),
      balance: dollars("20"),
      available: dollars("8"),
    });
    expect(hold.expiresAt).toEqual(new Date(fixture.ctx.clock().getTime() + 900_000));
    const again = await placeHold(fixture.ctx, key, { ...MILLION, idempotencyKey: "h", ttlSeconds: 60 });
    expect(again).toMatchObject({
      ok: true,
      value: { status: "replayed", amount: dollars("12"), holdId: hold.holdId },
    });
    const other = await placeHold(fixture.ctx, key, {
      ...MILLION,
      quantities: { output_tokens: 2 },
      idempotencyKey: "h",
    });
    expect(other).toMatchObject({ ok: false, error: { kind: "idempotency_conflict" } });
  });

  test("is refused where available is short, and its key works after a top-up with another offering", async () => {
    const { id, key } = await fixture.customer("place-short", "1");
    const first = await placeHold(fixture.ctx, key, { ...MILLION, idempotencyKey: "h" });
    expect(first).toMatchObject({
      ok: false,
      error: { kind: "insufficient_credits", required: dollars("12") },
    });
    await fixture.fund(id, "10");
    const second = await placeHold(fixture.ctx, key, { amount: dollars("2"), idempotencyKey: "h" });
    expect(second).toMatchObject({ ok: true, value: { status: "placed", available: dollars("9") } });
  });

  test("is refused while the customer owes", async () => {
    const { key } = await fixture.customer("place-debt");
    await recordUsage(fixture.ctx, key, {
      ...MILLION,
      quantities: { output_tokens: 10 },
      idempotencyKey: "u",
    });
    const hold = await placeHold(fixture.ctx, key, { amount: dollars("0"), idempotencyKey: "h" });
    expect(hold).toMatchObject({ ok: false, error: { kind: "debt_outstanding", debt: 120_000n } });
  });

  test("of usage without a price is refused, and either amount or usage is named", async () => {
    const { key } = await fixture.customer("place-unrated", "1");
    const place = (more: Partial<PlaceHoldInput>) =>
      placeHold(fixture.ctx, key, { idempotencyKey: "h", ...more });
    expect(await place({ ...MILLION, offering: "acme/nowhere" })).toMatchObject({
      ok: false,
      error: { kind: "unrated" },
    });
    expect(await place({})).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "amount" },
    });
    expect(await place({ ...MILLION, amount: dollars("1") })).toMatchObject({
      ok: false,
      error: { field: "amount" },
    });
  });
});

describe("settling a hold", () => {
  test("bills the usage at the pinned price and frees the rest", async () => {
    await sell("10");
    const { settle } = await placed("pinned", "20");
    fixture.prices.advance(1000);
    await sell("15");
    const answer = await settle({ outcome: "completed", quantities: { output_tokens: 500_000 } });
    expect(answer).toMatchObject({
      ok: true,
      value: {
        status: "debited",
        amount: dollars("6"),
        balance: dollars("14"),
        available: dollars("14"),
        late: false,
      },
    });
    expect(answer.ok && answer.value.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ["usage", dollars("6")],
      ["outcome", 0n],
    ]);
    expect(await settle({ outcome: "completed", quantities: { output_tokens: 500_000 } })).toMatchObject({
      ok: true,
      value: { status: "replayed", amount: dollars("6") },
    });
    expect(await settle({ outcome: "completed", quantities: { output_tokens: 1 } })).toMatchObject({
      ok: false,
      error: { kind: "idempotency_conflict" },
    });
    expect(await settle({ outcome: "timeout", amount: dollars("1"), idempotencyKey: "new" })).toMatchObject({
      ok: false,
      error: { kind: "hold_not_open", state: "settled" },
    });
    await sell("10");
  });

  test("bills more than was held: available first, then visible debt", async () => {
    const { settle } = await placed("overage", "13");
    expect(await settle({ outcome: "completed", quantities: { output_tokens: 1_500_000 } })).toMatchObject({
      ok: true,
      value: { amount: dollars("18"), debtIncurred: dollars("5"), debt: dollars("5"), balance: 0n },
    });
  });

  test.each([
    ["completed", "6"],
    ["client_aborted", "6"],
    ["incomplete", "6"],
    ["timeout", "6"],
    ["upstream_error", "0"],
    ["no_usage", "0"],
  ] as const)("after %s takes what the stated policy says, and the receipt says so", async (outcome, usd) => {
    const { settle } = await placed(`outcome-${outcome}`, "20");
    const answer = await settle({ outcome, quantities: { output_tokens: 500_000 } });
    expect(answer).toMatchObject({
      ok: true,
      value: { amount: dollars(usd), available: dollars("20") - dollars(usd) },
    });
    expect(answer.ok && answer.value.lines.at(-1)).toMatchObject({ kind: "outcome", amount: 0n });
  });

  test("takes the whole hold where the operator's policy says so", async () => {
    await database.sql`insert into ratebook.setting (name, value) values ('settle_policy', '{"timeout":"held"}')`;
    const { settle } = await placed("outcome-held", "20");
    expect(await settle({ outcome: "timeout" })).toMatchObject({
      ok: true,
      value: { amount: dollars("12"), lines: [{ kind: "held" }] },
    });
    await database.sql`delete from ratebook.setting where name = 'settle_policy'`;
  });

  test("needs usage where usage is billed: an aborted stream is not free because nobody counted", async () => {
    const { settle } = await placed("uncounted", "20");
    expect(await settle({ outcome: "client_aborted" })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "usage" },
    });
    expect(await settle({ outcome: "client_aborted", amount: dollars("0.5") })).toMatchObject({
      ok: true,
      value: { amount: dollars("0.5"), lines: [{ kind: "named" }] },
    });
  });

  test("parks usage without a price and frees the hold", async () => {
    const { settle } = await placed("parked", "20");
    expect(await settle({ outcome: "completed", quantities: { image: 1 } })).toMatchObject({
      ok: true,
      value: { status: "parked", reason: "unpriced_meter", amount: 0n },
    });
    expect(await settle({ outcome: "completed", quantities: { image: 1 } })).toMatchObject({
      ok: true,
      value: { status: "replayed" },
    });
    const [wallet] =
      await database.sql`select sum(held)::int8 as held from ratebook.wallet w join ratebook.customer c on c.id = w.account_id where c.external_id = 'parked'`;
    expect(wallet?.held).toBe(0n);
  });

  test("works late, once, after the hold expired", async () => {
    const { settle } = await placed("late", "20");
    fixture.prices.advance(3_600_000);
    expect(await settle({ outcome: "completed", quantities: { output_tokens: 1_000 } })).toMatchObject({
      ok: true,
      value: { late: true, amount: dollars("0.012"), available: dollars("19.988") },
    });
    expect(
      await settle({ outcome: "completed", quantities: { output_tokens: 1_000 }, idempotencyKey: "2" }),
    ).toMatchObject({ ok: false, error: { kind: "hold_not_open" } });
  });

  test("by a usage report that names the hold does the same, once", async () => {
    const { key, holdId } = await placed("by-usage", "20");
    const event = { holdId, quantities: { output_tokens: 250_000 }, idempotencyKey: "u" };
    expect(await recordUsage(fixture.ctx, key, event)).toMatchObject({
      ok: true,
      value: { status: "debited", amount: dollars("3"), available: dollars("17") },
    });
    expect(await recordUsage(fixture.ctx, key, event)).toMatchObject({
      ok: true,
      value: { status: "replayed", amount: dollars("3") },
    });
    expect(await recordUsage(fixture.ctx, key, { ...event, idempotencyKey: "v" })).toMatchObject({
      ok: false,
      error: { kind: "hold_not_open" },
    });
  });

  test("of another customer's hold, or an unknown one, finds none", async () => {
    const { holdId } = await placed("mine", "20");
    const { key } = await fixture.customer("not-mine", "20");
    const settle = { holdId, outcome: "completed", quantities: { output_tokens: 1 } } as const;
    expect(await settleHold(fixture.ctx, key, settle)).toMatchObject({
      ok: false,
      error: { kind: "hold_not_found" },
    });
    expect(await settleHold(fixture.ctx, key, { ...settle, offering: "acme/chat-1" })).toMatchObject({
      ok: false,
      error: { kind: "hold_not_found" },
    });
    expect(await releaseHold(fixture.ctx, key, { holdId })).toMatchObject({
      ok: false,
      error: { kind: "hold_not_found" },
    });
  });
});

describe("releasing and extending", () => {
  test("a release frees everything, and repeating it changes nothing", async () => {
    const { key, holdId } = await placed("release", "20");
    expect(await releaseHold(fixture.ctx, key, { holdId })).toMatchObject({
      ok: true,
      value: { available: dollars("20") },
    });
    expect(await releaseHold(fixture.ctx, key, { holdId })).toMatchObject({
      ok: true,
      value: { available: dollars("20") },
    });
  });

  test("an extension moves the end, at most to 24 hours after the hold was placed", async () => {
    const { key, holdId } = await placed("extend", "20");
    const start = fixture.ctx.clock().getTime();
    fixture.prices.advance(600_000);
    const extended = await extendHold(fixture.ctx, key, { holdId, ttlSeconds: 86_400 });
    expect(extended).toMatchObject({ ok: true, value: { expiresAt: new Date(start + 86_400_000) } });
  });
});
