import {
  type Actor,
  createCheckout,
  listCards,
  receiveWebhook,
  refundOrder,
  savePromotion,
  sweepPayments,
  verifyBooks,
  verifySession,
} from "@ratebook/billing";
import { dollars, expectBooksBalance, OPERATOR, SERVICE, spend } from "@ratebook/billing/testing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PurchaseFixture, purchaseFixture } from "./testing/purchase-fixture.ts";

let database: TestDatabase;
let shop: PurchaseFixture;

beforeAll(async () => {
  database = await testDatabase();
  shop = await purchaseFixture(database);
});

afterAll(async () => {
  await expectBooksBalance(database.sql);
  await shop.close();
  await database.drop();
});

const refund = (orderId: string, key: string, more: object = {}) =>
  refundOrder(shop.ctx, OPERATOR, { orderId, reason: "asked for", idempotencyKey: key, ...more });

test("a purchase credits once the payment has settled, once, whatever events come", async () => {
  const { id, key } = await shop.customer("buyer");
  const order = await shop.buy(key, "50");
  expect(order).toMatchObject({ state: "delivered", amount: dollars("50") });
  const sessionId = order.checkoutId ?? "";
  const before = await verifySession(shop.ctx, key, { sessionId });
  expect(before).toMatchObject({ ok: true, value: { settled: false, creditsAdded: 0n } });
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });

  await shop.send();
  const events = shop.sent.splice(0);
  for (const event of [...events, ...events.toReversed()]) await shop.deliver(event);
  expect(await shop.standing(id)).toEqual({ balance: dollars("50"), debt: 0n });
  expect(await shop.order(order.id)).toMatchObject({ state: "settled", card: { lastFour: "4242" } });
  expect(await listCards(shop.ctx, key, {})).toMatchObject({
    ok: true,
    value: [{ lastFour: "4242", isDefault: true }],
  });
  const other = await shop.customer("stranger");
  expect(await verifySession(shop.ctx, other.key, { sessionId })).toMatchObject({
    ok: false,
    error: { kind: "access_denied" },
  });
});

test("one key is one order: the same purchase gives the same page, another one is a conflict", async () => {
  const { key } = await shop.customer("keyed");
  const ask = (usd: string) =>
    createCheckout(shop.ctx, key, { amount: dollars(usd), idempotencyKey: "purchase-1" });
  const pages = await Promise.all([ask("10"), ask("10"), ask("10")]);
  const ids = new Set(pages.map((page) => (page.ok ? page.value.sessionId : page.error.kind)));
  expect(ids.size).toBe(1);
  expect(await ask("11")).toMatchObject({ ok: false, error: { kind: "idempotency_conflict" } });
});

test.each([
  ["an unknown pack", { pack: "gold" }, { kind: "payment_not_found" }],
  ["less than the least", { amount: dollars("0.99") }, { kind: "validation_error", field: "amount" }],
  ["more than the most", { amount: dollars("1000.01") }, { kind: "validation_error", field: "amount" }],
  ["a fraction of a cent", { amount: dollars("5.001") }, { kind: "validation_error", field: "amount" }],
  ["neither pack nor amount", {}, { kind: "validation_error", field: "amount" }],
  [
    "a page of somebody else's",
    { amount: dollars("5"), successUrl: "https://evil.example/x" },
    { kind: "validation_error", field: "success_url" },
  ],
  ["an unknown code", { amount: dollars("5"), promotionCode: "NOPE" }, { kind: "promotion_unusable" }],
])("refuses %s and makes no order", async (name, input, error) => {
  const { key } = await shop.customer(`refused ${name}`);
  expect(await createCheckout(shop.ctx, key, input)).toMatchObject({ ok: false, error });
});

test("a purchase whose events were all lost is settled by asking", async () => {
  const { id, key } = await shop.customer("unheard");
  await shop.buy(key, "20");
  await shop.send();
  shop.sent.splice(0);
  await sweepPayments(shop.ctx);
  expect(await shop.standing(id)).toEqual({ balance: dollars("20"), debt: 0n });
});

test("forged, tampered, stale and future webhooks are refused and kept nowhere", async () => {
  const { key } = await shop.customer("forged");
  await shop.buy(key, "5");
  await shop.send();
  const [{ body, signature }] = [shop.sent[0] ?? { body: "", signature: "" }];
  const { clock } = shop.ctx;
  const at = (ms: number) => ({ ...shop.ctx, clock: () => new Date(clock().getTime() + ms) });
  const refused = async (ctx: typeof shop.ctx, webhook: { body: string; signature: string | null }) => {
    const answer = await receiveWebhook(ctx, webhook);
    return answer.ok ? "taken" : answer.error.kind;
  };
  expect(await refused(shop.ctx, { body, signature: null })).toBe("webhook_unsigned");
  expect(await refused(shop.ctx, { body: `${body} `, signature })).toBe("webhook_signature_mismatch");
  expect(await refused(at(301_000), { body, signature })).toBe("webhook_too_old");
  expect(await refused(at(-61_000), { body, signature })).toBe("webhook_in_future");
  await shop.deliverAll();
});

test("a refund takes the purchase's own unspent credits and nobody else's, and needs consent for more", async () => {
  const { id, key } = await shop.customer("refunded");
  const first = await shop.buy(key, "30");
  const second = await shop.buy(key, "10");
  await shop.deliverAll();
  // 30 + 10 − 25 = 15: 5 are left of the first, which burns first.
  await spend(shop.ctx, id, "25");
  expect(await refund(first.id, "too much")).toMatchObject({
    ok: false,
    error: { kind: "refund_exceeds_unspent", refundable: dollars("5"), debt: dollars("25") },
  });
  expect(await shop.standing(id)).toEqual({ balance: dollars("15"), debt: 0n });
  const part = await refund(first.id, "what is left", { amount: dollars("5") });
  expect(part).toMatchObject({ ok: true, value: { state: "succeeded", amount: dollars("5") } });
  expect(await refund(first.id, "what is left", { amount: dollars("5") })).toEqual(part);
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("10"), debt: 0n });
  // The other 25 are spent: 10 are repaid from the second purchase at once, 15 stay owed.
  expect(await refund(first.id, "the rest", { allowDebt: true })).toMatchObject({ ok: true });
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: dollars("15") });
  expect(await refund(first.id, "once more")).toMatchObject({
    ok: false,
    error: { kind: "validation_error" },
  });
  expect(await shop.order(second.id)).toMatchObject({ takenBack: 0n });
  // The next purchase repays first.
  await shop.buy(key, "20");
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("5"), debt: 0n });
});

test("a bonus goes back in proportion, and a refund that failed at the bank restores both", async () => {
  const { id, key } = await shop.customer("bonus");
  const saved = await savePromotion(shop.ctx, OPERATOR, {
    label: "A tenth on top",
    bonusBps: 1_000,
    startsAt: new Date("2026-01-01T00:00:00Z"),
    perCustomerLimit: 1,
    codes: [{ code: "TENTH" }],
  });
  expect(saved.ok).toBe(true);
  const ask = (orderKey: string) =>
    createCheckout(shop.ctx, key, {
      amount: dollars("40"),
      promotionCode: "tenth",
      idempotencyKey: orderKey,
    });
  const page = await ask("with code 1");
  expect(await ask("with code 2")).toMatchObject({ ok: false, error: { reason: "used_up" } });
  if (!page.ok) throw new Error(page.error.kind);
  await shop.sandbox.controls.pay({ checkoutId: page.value.sessionId, card: "4242424242424242" });
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("44"), debt: 0n });
  const half = await refund(page.value.orderId, "half of it", { amount: dollars("20") });
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("22"), debt: 0n });
  if (!half.ok) throw new Error(half.error.kind);
  const [row] =
    await database.sql`select rail_id as "railId" from ratebook.payment_refund where id = ${half.value.id}`;
  await shop.sandbox.controls.failRefund({ refundId: String(row?.railId) });
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("44"), debt: 0n });
});

test("a dispute sets unspent credits aside; won they return, lost the spent part is owed", async () => {
  for (const outcome of ["won", "lost"] as const) {
    const { id, key } = await shop.customer(`dispute ${outcome}`);
    const order = await shop.buy(key, "50");
    await shop.deliverAll();
    await spend(shop.ctx, id, "20");
    const paymentId = (await shop.order(order.id)).paymentId ?? "";
    const disputeId = await shop.sandbox.controls.openDispute({ paymentId });
    await shop.deliverAll();
    expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });
    expect(await refund(order.id, "while open")).toMatchObject({ error: { kind: "not_refundable" } });
    await shop.sandbox.controls.closeDispute({ disputeId, outcome });
    await shop.deliverAll();
    expect(await shop.standing(id)).toEqual(
      outcome === "won" ? { balance: dollars("30"), debt: 0n } : { balance: 0n, debt: dollars("20") },
    );
  }
});

test.each([
  [
    "credits that an order does not know of",
    "update ratebook.payment_order set credits_taken_nanos = 1 where id = $1",
  ],
  [
    "a settlement that the ledger does not have",
    "update ratebook.payment_order set credits_nanos = credits_nanos + 1 where id = $1",
  ],
  [
    "an order that is not settled",
    "update ratebook.payment_order set state = 'failed', settled_at = null where id = $1",
  ],
])("verify-books finds %s", async (_name, damage) => {
  const { key } = await shop.customer(`books ${_name}`);
  const { id } = await shop.buy(key, "7");
  await shop.deliverAll();
  const before = await database.sql`select * from ratebook.payment_order where id = ${id}`;
  await database.sql.unsafe(damage, [id]);
  const found = (await verifyBooks(database)).filter(({ violations }) => (violations ?? 0) > 0);
  expect(found.map((check) => check.id)).toEqual(["I12"]);
  const [row] = before;
  await database.sql`
    update ratebook.payment_order set credits_taken_nanos = 0, credits_nanos = ${row?.credits_nanos}, state = 'settled',
      settled_at = ${row?.settled_at} where id = ${id}`;
});

test("only the platform and the customer's owners may pay", async () => {
  const { id } = await shop.customer("owned");
  const member: Actor = { kind: "member", userId: "u", customerId: id, role: "member" };
  expect(await createCheckout(shop.ctx, member, { amount: dollars("5") })).toMatchObject({
    ok: false,
    error: { kind: "access_denied" },
  });
  expect(await createCheckout(shop.ctx, SERVICE, { customer: "owned", amount: dollars("5") })).toMatchObject({
    ok: true,
  });
});
