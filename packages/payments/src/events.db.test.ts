import {
  type Actor,
  createCheckout,
  getAutoTopUp,
  handleRailEvent,
  listCards,
  listTopUpAttempts,
  receiveWebhook,
  saveAutoTopUp,
  setupCard,
  startAutoTopUp,
  sweepPayments,
} from "@ratebook/billing";
import { dollars, expectBooksBalance } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signWebhook } from "./sandbox/deliver-webhooks.ts";
import { type PurchaseFixture, purchaseFixture, WEBHOOK_SECRET } from "./testing/purchase-fixture.ts";

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

const railIdOf = async (customerId: string): Promise<string> => {
  const [row] = await database.sql<{ railId: string }[]>`
    select rail_id as "railId" from ratebook.rail_customer where customer_id = ${customerId}`;
  return must(row, "the customer is known to the rail").railId;
};

async function saveCard(key: Actor, card: string): Promise<void> {
  const page = await setupCard(shop.ctx, key, {});
  if (!page.ok) throw new Error(page.error.kind);
  const { controls } = shop.sandbox;
  const paid = await controls.pay({ checkoutId: page.value.sessionId, card });
  expect(paid.kind).toBe("done");
  await shop.deliverAll();
}

/** An event as Stripe would send it, of a kind that the simulator tells nobody. */
async function tell(type: string, object: object): Promise<string> {
  const id = `evt_${crypto.randomUUID().replaceAll("-", "")}`;
  const created = Math.floor(shop.ctx.clock().getTime() / 1000);
  const body = JSON.stringify({ id, object: "event", type, created, livemode: false, data: { object } });
  await shop.deliver({ body, signature: signWebhook(body, WEBHOOK_SECRET, shop.ctx.clock()) });
  const [event] = await database.sql<{ outcome: string | null }[]>`
    select outcome from ratebook.payment_event where event_id = ${id}`;
  return event?.outcome ?? "not handled";
}

test("a card taken away at the rail is gone here; the customer deleted there buys again as a new one", async () => {
  const { id, key } = await shop.customer("comes and goes");
  await saveCard(key, "4242424242424242");
  await saveCard(key, "4000000000000341");
  const listed = await listCards(shop.ctx, key, {});
  expect(listed.ok && listed.value.map(({ lastFour }) => lastFour).sort()).toEqual(["0341", "4242"]);
  const card = must(
    listed.ok ? listed.value.find(({ lastFour }) => lastFour === "0341") : null,
    "it was saved",
  );
  expect((await shop.ctx.rail.detachCard(card.id)).ok).toBe(true);
  await shop.deliverAll();
  expect(await listCards(shop.ctx, key, {})).toMatchObject({ value: [{ lastFour: "4242" }] });

  await saveAutoTopUp(shop.ctx, key, { enabled: true });
  const before = await railIdOf(id);
  const deleted = await shop.sandbox.api.request(`http://sandbox/v1/customers/${before}`, {
    method: "DELETE",
    headers: { authorization: "Bearer sk_test_purchases" },
  });
  expect(deleted.status).toBe(200);
  await shop.deliverAll();
  expect(await listCards(shop.ctx, key, {})).toEqual({ ok: true, value: [] });
  expect(await getAutoTopUp(shop.ctx, key, {})).toMatchObject({ value: { enabled: true, state: "no_card" } });
  await shop.buy(key, "15");
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("15"), debt: 0n });
  expect(await railIdOf(id)).not.toBe(before);
});

test("a bank that nobody answers ends the attempt after a day as a decline, and after three it is left alone", async () => {
  const { id, key } = await shop.customer("never answers");
  await shop.buy(key, "20");
  await shop.deliverAll();
  const attached = await shop.ctx.rail.attachCard({
    customerId: await railIdOf(id),
    cardId: "pm_card_authenticationRequired",
  });
  if (!attached.ok) throw new Error(attached.error.kind);
  await shop.ctx.rail.setDefaultCard({ customerId: await railIdOf(id), cardId: attached.value.id });
  await shop.deliverAll();
  await saveAutoTopUp(shop.ctx, key, { enabled: true, threshold: dollars("30"), amount: dollars("20") });
  for (let hour = 0; hour < 24 * 7; hour += 1) {
    await startAutoTopUp(shop.ctx, { customerId: id, trigger: "sweep" });
    shop.prices.advance(3_600_000);
    await sweepPayments(shop.ctx);
    shop.sent.splice(0);
  }
  const attempts = await listTopUpAttempts(shop.ctx, key, {});
  expect(attempts.ok && attempts.value.map(({ state, decline }) => [state, decline?.code])).toEqual([
    ["declined", "canceled"],
    ["declined", "canceled"],
    ["declined", "canceled"],
  ]);
  expect(await getAutoTopUp(shop.ctx, key, {})).toMatchObject({
    value: { enabled: true, state: "suspended" },
  });
  expect(await shop.standing(id)).toEqual({ balance: dollars("20"), debt: 0n });
});

test("whoever paid from a bank account and left is told by mail when the money does not come; a closed page is not", async () => {
  const { id, key } = await shop.customer("pays later");
  await shop.ctx.sql`update ratebook.customer set email = 'later@told.example' where id = ${id}`;
  const open = async () => {
    const page = await createCheckout(shop.ctx, key, { amount: dollars("20") });
    if (!page.ok) throw new Error(page.error.kind);
    return page.value;
  };
  const { sessionId: checkoutId, orderId } = await open();
  await shop.sandbox.controls.payLater({ checkoutId });
  await shop.deliverAll();
  const told = () =>
    new Map(shop.mails.filter(({ to }) => to === "later@told.example").map((it) => [it.key, it]));
  expect(told().size).toBe(0);
  await shop.sandbox.controls.settleLater({ checkoutId, succeeds: false });
  await shop.deliverAll();
  expect(await shop.order(orderId)).toMatchObject({ state: "failed" });
  expect([...told().values()].map(({ template, subject }) => [template, subject])).toEqual([
    ["purchase_failed", "Your payment of $20.00 failed"],
  ]);
  // Left without a word: the page expires a day later.
  const left = await open();
  shop.prices.advance(2 * 86_400_000);
  await shop.deliverAll();
  expect(await shop.order(left.orderId)).toMatchObject({ state: "failed" });
  expect(told().size).toBe(1);
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });
});

test("events about what nobody here knows, and of kinds nobody knows, are kept and change nothing", async () => {
  const before = await database.sql`select count(*) from ratebook.entry`;
  const customer = "cus_of_somebody_else";
  expect(await tell("brand.new_thing", { id: "x" })).toBe("recorded");
  expect(await tell("payout.paid", { id: "po_1", object: "payout" })).toBe("recorded");
  expect(await tell("payment_intent.succeeded", { id: "pi_nobody", metadata: {}, customer })).toBe(
    "ignored: payment unknown",
  );
  expect(await tell("payment_intent.canceled", { id: "pi_nobody", metadata: {}, customer })).toBe(
    "ignored: payment unknown",
  );
  expect(await tell("checkout.session.completed", { id: "cs_test_nobody", metadata: {}, customer })).toBe(
    "ignored: checkout unknown",
  );
  expect(await tell("charge.refunded", { id: "ch_1", payment_intent: null, customer })).toBe(
    "ignored: payment unknown",
  );
  expect(
    await tell("charge.dispute.closed", { id: "dp_1", charge: "ch_1", payment_intent: "pi_nobody" }),
  ).toBe("ignored: payment unknown");
  expect(await tell("radar.early_fraud_warning.created", { id: "issfr_1", charge: "ch_1" })).toBe(
    "ignored: payment unknown",
  );
  expect(await tell("setup_intent.succeeded", { id: "seti_1", customer, payment_method: "pm_1" })).toBe(
    "ignored: customer",
  );
  expect(await tell("customer.deleted", { id: customer })).toBe("ignored: customer unknown");
  expect(await tell("invoice.payment_failed", { id: "in_1", customer })).toBe("recorded");
  expect(await tell("invoice.paid", { id: "in_nobody", customer })).toBe("ignored: invoice unknown");
  expect(await database.sql`select count(*) from ratebook.entry`).toEqual(before);
});

test("an event of the other mode settles nothing, and one whose rail gives no answer is done again later", async () => {
  const { id, key } = await shop.customer("other mode");
  await shop.buy(key, "10");
  await shop.send();
  const events = shop.sent.splice(0);
  for (const { body } of events) {
    const live = JSON.stringify({ ...JSON.parse(body), livemode: true });
    const signature = signWebhook(live, WEBHOOK_SECRET, shop.ctx.clock());
    expect(await receiveWebhook(shop.ctx, { body: live, signature })).toMatchObject({
      ok: false,
      error: { kind: "webhook_malformed" },
    });
  }
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });
  const deaf = {
    ...shop.ctx.rail,
    readCheckout: async () => ({ ok: false, error: { kind: "rail_unavailable", message: "away" } }) as const,
    readPayment: async () => ({ ok: false, error: { kind: "rail_unavailable", message: "away" } }) as const,
  };
  for (const event of events) {
    const received = await receiveWebhook(shop.ctx, event);
    if (!received.ok) throw new Error(received.error.kind);
    await handleRailEvent(shop.ctx, deaf, { eventId: received.value.eventId });
  }
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });
  await sweepPayments(shop.ctx);
  expect(await shop.standing(id)).toEqual({ balance: dollars("10"), debt: 0n });
});
