import {
  type Actor,
  attachCard,
  getAutoTopUp,
  handleRailEvent,
  listTopUpAttempts,
  removeCard,
  saveAutoTopUp,
  setupCard,
  startAutoTopUp,
  sweepPayments,
  takeOutbox,
} from "@ratebook/billing";
import { dollars, expectBooksBalance, spend } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LATER_DECLINED_CARD, type PurchaseFixture, purchaseFixture } from "./testing/purchase-fixture.ts";

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

/** A customer who bought 20 with a saved card and refills 20 below 10. */
async function refilling(name: string, card?: string): Promise<{ id: string; key: Actor }> {
  const { id, key } = await shop.customer(name);
  const first = await shop.buy(key, "20");
  await shop.deliverAll();
  expect(await shop.order(first.id)).toMatchObject({ state: "settled" });
  if (card !== undefined) {
    const page = await setupCard(shop.ctx, key, {});
    if (!page.ok) throw new Error(page.error.kind);
    await shop.sandbox.controls.pay({ checkoutId: page.value.sessionId, card });
    await shop.deliverAll();
  }
  const saved = await saveAutoTopUp(shop.ctx, key, {
    enabled: true,
    threshold: dollars("10"),
    amount: dollars("20"),
  });
  expect(saved).toMatchObject({ ok: true, value: { enabled: true, consent: { text: expect.any(String) } } });
  return { id, key };
}

/** What the relay and the job do with what the ledger announced. */
async function relayCrossings(): Promise<number> {
  const messages = await database.db.transaction((tx) => takeOutbox(tx, 1_000));
  const crossings = messages.filter(({ kind }) => kind === "wallet.crossed_below");
  await Promise.all(
    crossings.map(({ accountId, payload }) =>
      startAutoTopUp(shop.ctx, {
        customerId: accountId,
        trigger: "crossing",
        crossingSeq: BigInt(String(payload["seq"])),
      }),
    ),
  );
  return crossings.length;
}

const attemptsOf = async (key: Actor) => {
  const listed = await listTopUpAttempts(shop.ctx, key, {});
  if (!listed.ok) throw new Error(listed.error.kind);
  return listed.value;
};

test("needs a saved card, and a card it needs cannot be removed", async () => {
  const { key } = await shop.customer("cardless");
  expect(await saveAutoTopUp(shop.ctx, key, { enabled: true })).toMatchObject({
    ok: false,
    error: { kind: "payment_method_required" },
  });
  const { key: other } = await refilling("needs its card");
  const settings = await getAutoTopUp(shop.ctx, other, {});
  const paymentMethodId = settings.ok ? (settings.value.card?.id ?? "") : "";
  expect(await removeCard(shop.ctx, other, { paymentMethodId })).toMatchObject({
    error: { kind: "payment_method_in_use" },
  });
});

test("a thousand concurrent debits across the threshold charge once, whoever looks", async () => {
  const { id, key } = await refilling("thousand");
  // 20 − 1,000 × 0.015 = 5: below 10, and 20 more make 25.
  await Promise.all(Array.from({ length: 1_000 }, () => spend(shop.ctx, id, "0.015")));
  expect(await relayCrossings()).toBe(1);
  await Promise.all(
    Array.from({ length: 20 }, () => startAutoTopUp(shop.ctx, { customerId: id, trigger: "refused" })),
  );
  await sweepPayments(shop.ctx);
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("25"), debt: 0n });
  expect(await attemptsOf(key)).toMatchObject([{ state: "succeeded", amount: dollars("20") }]);
});

test("caps are exact: what would pass them is not charged", async () => {
  const { id, key } = await refilling("capped");
  // Three a day of 20: 20 + 60 are spent down to 5, then it stops until tomorrow.
  for (let round = 0; round < 5; round += 1) {
    await spend(shop.ctx, id, "15");
    await relayCrossings();
    await startAutoTopUp(shop.ctx, { customerId: id, trigger: "refused" });
    await shop.deliverAll();
  }
  expect(await attemptsOf(key)).toHaveLength(3);
  // 20 + 60 − 75.
  expect(await shop.standing(id)).toEqual({ balance: dollars("5"), debt: 0n });
  const look = await startAutoTopUp(shop.ctx, { customerId: id, trigger: "sweep" });
  expect(look).toMatchObject({ ok: true, value: { kind: "not_due", because: "cap_reached" } });
  shop.prices.advance(24 * 3_600_000);
  await startAutoTopUp(shop.ctx, { customerId: id, trigger: "sweep" });
  await shop.deliverAll();
  expect(await attemptsOf(key)).toHaveLength(4);
});

test("debt and gap are closed in one charge", async () => {
  const { id, key } = await refilling("gap");
  await spend(shop.ctx, id, "45");
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: dollars("25") });
  await relayCrossings();
  await shop.deliverAll();
  // 35 are missing to 10: twice 20.
  expect(await attemptsOf(key)).toMatchObject([{ state: "succeeded", amount: dollars("40") }]);
  expect(await shop.standing(id)).toEqual({ balance: dollars("15"), debt: 0n });
});

test("a declining card over 24 hours is charged three times, then waits for another card and goes on", async () => {
  const { id, key } = await refilling("declining", LATER_DECLINED_CARD);
  await shop.ctx.rail.setDefaultCard({
    customerId: await railIdOf(id),
    cardId: await cardIdOf(id, "0341"),
  });
  await syncByEvent(id);
  await spend(shop.ctx, id, "15");
  await relayCrossings();
  for (let minute = 0; minute < 24 * 60; minute += 15) {
    shop.prices.advance(15 * 60_000);
    await startAutoTopUp(shop.ctx, { customerId: id, trigger: minute % 2 === 0 ? "sweep" : "refused" });
  }
  await shop.deliverAll();
  const attempts = await attemptsOf(key);
  expect(attempts.map(({ state }) => state)).toEqual(["declined", "declined", "declined"]);
  expect(attempts[0]?.decline?.code).toBe("card_declined");
  expect(await getAutoTopUp(shop.ctx, key, {})).toMatchObject({
    ok: true,
    value: { enabled: true, state: "suspended", declines: 3 },
  });
  await shop.ctx.rail.setDefaultCard({ customerId: await railIdOf(id), cardId: await cardIdOf(id, "4242") });
  await syncByEvent(id);
  await startAutoTopUp(shop.ctx, { customerId: id, trigger: "sweep" });
  await shop.deliverAll();
  expect((await attemptsOf(key))[0]).toMatchObject({ state: "succeeded" });
});

test("a crash between the charge and the credit is made good, without charging or crediting twice", async () => {
  const { id, key } = await refilling("crashed");
  await spend(shop.ctx, id, "15");
  // The process dies with the answer: the card is charged, and nobody here knows.
  const { rail } = shop.ctx;
  const deaf = {
    ...shop.ctx,
    rail: {
      ...rail,
      charge: async (input: Parameters<typeof rail.charge>[0]) => {
        await rail.charge(input);
        throw new Error("the process is gone");
      },
    },
  };
  await expect(startAutoTopUp(deaf, { customerId: id, trigger: "sweep" })).rejects.toThrow("gone");
  expect(await attemptsOf(key)).toMatchObject([{ state: "under_way" }]);
  shop.prices.advance(5 * 60_000);
  await Promise.all([sweepPayments(shop.ctx), sweepPayments(shop.ctx)]);
  await shop.deliverAll();
  expect(await attemptsOf(key)).toMatchObject([{ state: "succeeded" }]);
  expect(await shop.standing(id)).toEqual({ balance: dollars("25"), debt: 0n });
  const made = await rail.findPayments({ customerId: await railIdOf(id), since: new Date(0) });
  expect(made.ok && made.value.filter(({ status }) => status === "succeeded")).toHaveLength(2);
});

test("a bank that wants its customer sends them a link by mail, and credits come when they answered", async () => {
  const { id, key } = await refilling("asked by the bank");
  const attached = await attachCard(shop.ctx, key, { paymentMethodId: "pm_card_authenticationRequired" });
  expect(attached.ok).toBe(true);
  await database.sql`update ratebook.customer set email = 'asked@example.com' where id = ${id}`;
  await shop.ctx.rail.setDefaultCard({ customerId: await railIdOf(id), cardId: await cardIdOf(id, "3184") });
  await syncByEvent(id);
  await spend(shop.ctx, id, "15");
  await relayCrossings();
  await startAutoTopUp(shop.ctx, { customerId: id, trigger: "refused" });
  expect(await attemptsOf(key)).toMatchObject([{ state: "under_way" }]);
  const mails = shop.mails.filter(({ template }) => template === "auto_top_up_needs_authentication");
  expect(mails).toMatchObject([{ to: "asked@example.com", text: expect.stringContaining("http") }]);
  expect(await shop.standing(id)).toEqual({ balance: dollars("5"), debt: 0n });
  const [attempt] = await attemptsOf(key);
  const { paymentId } = await shop.order(attempt?.orderId ?? "");
  await shop.sandbox.controls.authenticate({ intentId: paymentId ?? "", succeeds: true });
  await shop.deliverAll();
  expect(await attemptsOf(key)).toMatchObject([{ state: "succeeded" }]);
  expect(await shop.standing(id)).toEqual({ balance: dollars("25"), debt: 0n });
});

test("a fraud warning stops it, and nothing switches it on by itself", async () => {
  const { id, key } = await refilling("warned");
  const [bought] = await database.sql`
    select payment_id as "paymentId" from ratebook.payment_order where customer_id = ${id} and state = 'settled'`;
  await shop.sandbox.controls.warnOfFraud({ paymentId: String(bought?.paymentId) });
  await shop.deliverAll();
  await spend(shop.ctx, id, "15");
  await relayCrossings();
  await sweepPayments(shop.ctx);
  expect(await attemptsOf(key)).toEqual([]);
  expect(await getAutoTopUp(shop.ctx, key, {})).toMatchObject({ value: { state: "frozen" } });
  await saveAutoTopUp(shop.ctx, key, { enabled: false });
  await shop.buy(key, "5");
  await shop.deliverAll();
  expect(await getAutoTopUp(shop.ctx, key, {})).toMatchObject({ value: { enabled: false, state: "off" } });
});

test("open holds do not buy: the balance counts, not what is available", async () => {
  const { id, key } = await refilling("holding");
  const hold = await shop.ctx.ledger.post({
    kind: "hold",
    account: id,
    opId: crypto.randomUUID(),
    meaningHash: "2".repeat(64),
    amount: dollars("15"),
    ttlSeconds: 3_600,
  });
  expect(hold.kind).toBe("done");
  await relayCrossings();
  expect(await attemptsOf(key)).toEqual([]);
});

async function railIdOf(customerId: string): Promise<string> {
  const [row] = await database.sql`
    select rail_id as "railId" from ratebook.rail_customer where customer_id = ${customerId}`;
  return String(must(row, "the customer paid before").railId);
}

async function cardIdOf(customerId: string, lastFour: string): Promise<string> {
  const [row] = await database.sql`
    select card_id as "cardId" from ratebook.saved_card where customer_id = ${customerId} and last_four = ${lastFour}`;
  return String(must(row, `card ${lastFour} is saved`).cardId);
}

/** Any event about a customer's cards has the list read again. */
async function syncByEvent(customerId: string): Promise<void> {
  const eventId = `evt_${crypto.randomUUID()}`;
  const fact = { kind: "card", state: "attached", cardId: "pm", customerId: await railIdOf(customerId) };
  await database.sql`
    insert into ratebook.payment_event (gateway, event_id, type, live, fact, occurred_at, received_at)
    values ('sandbox', ${eventId}, 'payment_method.attached', false, ${JSON.stringify(fact)}::text::jsonb, now(), now())`;
  const handled = await handleRailEvent(shop.ctx, shop.ctx.rail, { eventId });
  if (!handled.ok) throw new Error(handled.error.kind);
}
