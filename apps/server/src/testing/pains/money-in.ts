import { createClient } from "@ratebook/api/client";
import { handleRailEvent, refundOrder, savePlan, sweepPayments } from "@ratebook/billing";
import { dollars, OPERATOR, spend } from "@ratebook/billing/testing";
import { signWebhook } from "@ratebook/payments";
import { GOOD_CARD, type SentWebhook, WEBHOOK_SECRET } from "@ratebook/payments/testing";
import { expect } from "vitest";
import type { PainSystem, Proof } from "./pain-system.ts";
import { buy, openCheckout } from "./shop-steps.ts";

export const creditedTwice: Proof = async (system) => {
  const { doors, shop, balance } = system;
  const { id, apiKey } = await doors.payer("pain 3");
  const { sessionId } = await openCheckout(system, apiKey, 25);
  await shop.sandbox.controls.pay({ checkoutId: sessionId, card: GOOD_CARD });
  await shop.send();
  const events = shop.sent.splice(0);
  const types = events.map(({ body }) => JSON.parse(body).type);
  expect(types).toEqual(expect.arrayContaining(["checkout.session.completed", "payment_intent.succeeded"]));
  // Last first, each three times, all at once; then the sweeper and the customer's own question.
  await Promise.all([...events.toReversed(), ...events, ...events].map((event) => receive(system, event)));
  await Promise.all([sweepPayments(shop.ctx), verify(system, apiKey, sessionId)]);
  expect(await verify(system, apiKey, sessionId)).toMatchObject({ success: true, newBalance: 25 });
  expect(await balance(apiKey)).toMatchObject({ balance: 25, debt: 0 });
  const grants = await doors.database.sql`select 1 from ratebook.entry where account_id = ${id}`;
  expect(grants).toHaveLength(1);
};

export const creditedTwiceByInvoice: Proof = async ({ doors, shop, balance }) => {
  const { apiKey } = await doors.payer("pain 3 plan");
  const saved = await savePlan(shop.ctx, OPERATOR, {
    slug: "pain-3",
    name: "Pain 3",
    description: "Twenty dollars of credits a month",
    price: dollars("15"),
    period: "month",
    included: dollars("20"),
  });
  expect(saved.ok).toBe(true);
  const client = createClient({ url: doors.url, apiKey });
  const { sessionId } = await client.payments.subscribe.mutate({ plan: "pain-3" });
  await shop.sandbox.controls.pay({ checkoutId: sessionId, card: GOOD_CARD });
  await shop.send();
  const events = shop.sent.splice(0).toReversed();
  expect(events.map(({ body }) => JSON.parse(body).type)).toContain("invoice.paid");
  for (const event of [...events, ...events]) await shop.deliver(event);
  await sweepPayments(shop.ctx);
  expect(await balance(apiKey)).toMatchObject({ balance: 20 });
};

export const paymentStateLies: Proof = async (system) => {
  const { doors, shop, balance } = system;
  const { id, apiKey } = await doors.payer("pain 6");
  for (const succeeds of [false, true]) {
    const { sessionId } = await openCheckout(system, apiKey, 20);
    expect(await verify(system, apiKey, sessionId)).toMatchObject({ success: false, status: "delivered" });
    await shop.sandbox.controls.payLater({ checkoutId: sessionId });
    await shop.deliverAll();
    // Complete, and the money may still not come.
    expect(await verify(system, apiKey, sessionId)).toMatchObject({ success: false, creditsAdded: 0 });
    expect(await balance(apiKey)).toMatchObject({ balance: 0 });
    await shop.sandbox.controls.settleLater({ checkoutId: sessionId, succeeds });
    await shop.deliverAll();
    expect(await verify(system, apiKey, sessionId)).toMatchObject({
      success: succeeds,
      status: succeeds ? "settled" : "failed",
      newBalance: succeeds ? 20 : 0,
    });
  }
  // A dispute takes at once what is not spent; lost, the spent part is owed.
  await spend(shop.ctx, id, "5");
  const [order] = await doors.database.sql`
    select payment_id as "paymentId" from ratebook.payment_order where customer_id = ${id} and state = 'settled'`;
  const { controls } = shop.sandbox;
  const disputeId = await controls.openDispute({ paymentId: String(order?.paymentId) });
  await shop.deliverAll();
  expect(await balance(apiKey)).toMatchObject({ balance: 0, debt: 0 });
  await controls.closeDispute({ disputeId, outcome: "lost" });
  await shop.deliverAll();
  expect(await balance(apiKey)).toMatchObject({ balance: 0, debt: 5 });
};

export const forgedWebhook: Proof = async (system) => {
  const { doors, shop, balance } = system;
  const { apiKey } = await doors.payer("pain 20");
  const { sessionId } = await openCheckout(system, apiKey, 500);
  const [order] = await doors.database.sql`
    select id from ratebook.payment_order where checkout_id = ${sessionId}`;
  const claim = (type: string, object: object): string =>
    JSON.stringify({
      id: `evt_${crypto.randomUUID()}`,
      object: "event",
      type,
      created: Math.floor(shop.ctx.clock().getTime() / 1000),
      livemode: false,
      data: { object },
    });
  const paid = {
    object: "payment_intent",
    status: "succeeded",
    amount_received: 50_000,
    metadata: { order_id: String(order?.id) },
  };
  const body = claim("payment_intent.succeeded", { id: "pi_of_nobody", ...paid });
  const post = async (signature: string | null, text = body): Promise<unknown> => {
    const headers = signature === null ? {} : { "stripe-signature": signature };
    return (await doors.send("POST", "/api/stripe/webhook", { body: text, headers })).body.code;
  };
  const now = shop.ctx.clock();
  const signature = signWebhook(body, WEBHOOK_SECRET, now);
  expect(await post(null)).toBe("webhook_unsigned");
  expect(await post(signWebhook(body, "whsec_of_another_gateway", now))).toBe("webhook_signature_mismatch");
  expect(await post(signature, body.replace("50000", "90000"))).toBe("webhook_signature_mismatch");
  expect(await post(signWebhook(body, WEBHOOK_SECRET, new Date(now.getTime() - 301_000)))).toBe(
    "webhook_too_old",
  );
  // Signed well, and still only a claim: credits come of what the rail itself says of the payment.
  await receive(system, { body, signature });
  expect(await verify(system, apiKey, sessionId)).toMatchObject({ success: false });
  expect(await balance(apiKey)).toMatchObject({ balance: 0 });
  // Another payment of the same gateway, of another amount, named as this order's.
  const cheap = await buy(system, (await doors.payer("pain 20 cheap")).apiKey, 1);
  const reused = claim("payment_intent.succeeded", { ...paid, id: cheap.paymentId });
  await receive(system, { body: reused, signature: signWebhook(reused, WEBHOOK_SECRET, now) });
  await sweepPayments(shop.ctx);
  expect(await balance(apiKey)).toMatchObject({ balance: 0 });
};

export const refundedTwice: Proof = async (system) => {
  const { doors, shop, balance } = system;
  const { apiKey } = await doors.payer("pain 20 refunds");
  const order = await buy(system, apiKey, 30);
  const refund = () =>
    refundOrder(shop.ctx, OPERATOR, {
      orderId: order.id,
      amount: dollars("10"),
      reason: "asked for",
      idempotencyKey: "pain 20",
    });
  const first = await refund();
  expect(first).toMatchObject({ ok: true, value: { amount: dollars("10") } });
  for (const again of await Promise.all([refund(), refund(), refund()])) expect(again).toEqual(first);
  await shop.deliverAll();
  await sweepPayments(shop.ctx);
  expect(await refund()).toMatchObject({ ok: true, value: { state: "succeeded" } });
  expect(await balance(apiKey)).toMatchObject({ balance: 20 });
  const intent = await shop.ctx.rail.readPayment(order.paymentId);
  expect(intent).toMatchObject({ ok: true, value: { refundedCents: 1_000n } });
};

const verify = async ({ doors }: PainSystem, key: string, sessionId: string) =>
  (await doors.send("GET", `/api/v1/credits/verify?session_id=${sessionId}`, { key })).body;

/** Takes a webhook over HTTP and does its job, however often. */
async function receive({ doors, shop }: PainSystem, { body, signature }: SentWebhook): Promise<void> {
  const headers = { "stripe-signature": signature };
  const taken = await doors.send("POST", "/api/stripe/webhook", { body, headers });
  expect(taken.status).toBe(200);
  await handleRailEvent(shop.ctx, shop.ctx.rail, { eventId: String(taken.body.id) });
}
