import { randomUUID } from "node:crypto";
import type { ChargeCard, PaymentRail } from "@ratebook/billing";
import { must, type Result } from "@ratebook/core";
import { expect, test } from "vitest";

/** Ids under which a rail in test mode attaches a card without a page. */
export type TestCardIds = { good: string; declines: string; wantsOwner: string };

export const STRIPE_TEST_CARDS: TestCardIds = {
  good: "pm_card_visa",
  declines: "pm_card_chargeCustomerFail",
  wantsOwner: "pm_card_authenticationRequired",
};

/**
 * What every rail with cards must do. The same lines run against the simulator, against Stripe with a test key, and
 * against the next rail.
 */
export function railContract(rail: () => PaymentRail, cards: TestCardIds = STRIPE_TEST_CARDS): void {
  test("ensures one customer per key, finds it again, and does not mix two under one key", async () => {
    const input = { known: null, reference: "c1", name: "Ada", email: null, idempotencyKey: randomUUID() };
    const first = value(await rail().ensureCustomer(input));
    expect(value(await rail().ensureCustomer(input)).id).toBe(first.id);
    expect(value(await rail().ensureCustomer({ ...input, known: first.id })).id).toBe(first.id);
    expect(await rail().ensureCustomer({ ...input, name: "Bob" })).toMatchObject({
      ok: false,
      error: { kind: "rail_key_conflict" },
    });
    const lost = { ...input, known: "cus_neverwas", idempotencyKey: randomUUID() };
    expect(value(await rail().ensureCustomer(lost)).deleted).toBe(false);
  });

  test("opens a checkout for one order, reads, finds and expires it", async () => {
    const customerId = await customer(rail());
    const input = {
      customerId,
      orderId: "order-1",
      amountCents: 5000n,
      title: "Starter pack: 50 credits",
      saveCard: { mode: "offer", consent: "Save this card for later top-ups." },
      successUrl: "https://shop.example/done?session={CHECKOUT_SESSION_ID}",
      cancelUrl: "https://shop.example/billing",
      railInvoice: true,
      metadata: { pack: "starter" },
      idempotencyKey: randomUUID(),
    } as const;
    const opened = value(await rail().openCheckout(input));
    expect(opened).toMatchObject({
      mode: "payment",
      status: "open",
      paid: false,
      customerId,
      orderId: "order-1",
      amountCents: 5000n,
      currency: "usd",
      live: false,
    });
    expect(opened.metadata).toMatchObject({ pack: "starter", order_id: "order-1" });
    expect(opened.url).toMatch(/^https?:/);
    expect(value(await rail().openCheckout(input)).id).toBe(opened.id);
    expect(value(await rail().readCheckout(opened.id))).toEqual(opened);
    expect(value(await rail().findCheckouts({ customerId, since: LONG_AGO })).map(({ id }) => id)).toEqual([
      opened.id,
    ]);
    expect(value(await rail().expireCheckout(opened.id))).toMatchObject({ status: "expired", url: null });
    expect(await rail().expireCheckout(opened.id)).toMatchObject({ error: { kind: "rail_refused" } });
    expect(
      await rail().openCheckout({ ...input, idempotencyKey: randomUUID(), amountCents: 1n }),
    ).toMatchObject({ error: { kind: "rail_refused" } });
  });

  test("requires saving a card in a checkout, and opens a page that only saves one", async () => {
    const customerId = await customer(rail());
    const urls = { successUrl: "https://shop.example/done", cancelUrl: "https://shop.example/back" };
    const checkout = await rail().openCheckout({
      ...urls,
      customerId,
      orderId: "order-2",
      amountCents: 100n,
      title: "One credit",
      saveCard: { mode: "require", consent: "This card refills your balance." },
      idempotencyKey: randomUUID(),
    });
    expect(value(checkout).metadata).toMatchObject({ save_card_consent: "This card refills your balance." });
    const consent = "Save this card.";
    const setup = await rail().openSetup({ ...urls, customerId, consent, idempotencyKey: randomUUID() });
    expect(value(setup)).toMatchObject({ mode: "setup", status: "open", orderId: null });
    expect(value(setup).setupId).not.toBeNull();
  });

  test("opens a page that subscribes, whose metadata its invoices will carry", async () => {
    const opened = await rail().openSubscription({
      customerId: await customer(rail()),
      amountCents: 2900n,
      period: "month",
      title: "Team plan",
      successUrl: "https://shop.example/done",
      cancelUrl: "https://shop.example/back",
      metadata: { plan: "team" },
      idempotencyKey: randomUUID(),
    });
    expect(value(opened)).toMatchObject({
      mode: "subscription",
      status: "open",
      paid: false,
      paymentId: null,
    });
    expect(value(opened).metadata).toMatchObject({ plan: "team" });
    const unknown = { subscriptionId: "sub_neverwas", idempotencyKey: randomUUID() };
    expect(await rail().cancelSubscription(unknown)).toMatchObject({ error: { kind: "rail_not_found" } });
  });

  test("charges a saved card once per key and finds the payment by its customer", async () => {
    const charge = await withCard(rail(), cards.good);
    const first = await rail().charge(charge);
    const payment = paid(first);
    expect(payment).toMatchObject({
      status: "succeeded",
      amountCents: 2500n,
      receivedCents: 2500n,
      refundedCents: 0n,
      orderId: charge.orderId,
      cardId: charge.cardId,
      card: { brand: "visa", lastFour: "4242" },
      disputed: false,
      decline: null,
    });
    expect(paid(await rail().charge(charge)).id).toBe(payment.id);
    const found = value(await rail().findPayments({ customerId: charge.customerId, since: LONG_AGO }));
    expect(found).toEqual([payment]);
    expect(value(await rail().readPayment(payment.id))).toEqual(payment);
    expect(await rail().charge({ ...charge, amountCents: 2600n })).toMatchObject({
      kind: "refused",
      error: { kind: "rail_key_conflict" },
    });
    expect(await rail().cancelPayment({ paymentId: payment.id, idempotencyKey: randomUUID() })).toMatchObject(
      {
        ok: false,
        error: { kind: "rail_refused" },
      },
    );
  });

  test("a card that says no is an outcome with the bank's reason, the same again under its key", async () => {
    const charge = await withCard(rail(), cards.declines);
    const first = await rail().charge(charge);
    expect(first).toMatchObject({
      kind: "declined",
      decline: { code: "card_declined", declineCode: "generic_decline" },
    });
    expect(await rail().charge(charge)).toEqual(first);
    const paymentId = must(first.kind === "declined" ? first.paymentId : null, "a decline has a payment");
    expect(value(await rail().readPayment(paymentId))).toMatchObject({
      status: "requires_payment_method",
      receivedCents: 0n,
      decline: { code: "card_declined" },
    });
    const canceled = await rail().cancelPayment({ paymentId, idempotencyKey: randomUUID() });
    expect(value(canceled).status).toBe("canceled");
  });

  test("a bank that wants the customer gives one address for the one payment", async () => {
    const charge = await withCard(rail(), cards.wantsOwner);
    const first = await rail().charge(charge);
    if (first.kind !== "requires_action") throw new Error(`the bank asked for nothing: ${first.kind}`);
    expect(first.url).toMatch(/^https?:/);
    expect(first.payment).toMatchObject({ status: "requires_action", receivedCents: 0n });
    const again = await rail().charge(charge);
    expect(again).toMatchObject({ kind: "requires_action", payment: { id: first.payment.id } });
  });

  test("keeps, names the default of, and forgets cards", async () => {
    const { customerId, cardId } = await withCard(rail(), cards.good);
    expect(value(await rail().listCards(customerId))).toMatchObject([
      { id: cardId, customerId, brand: "visa", lastFour: "4242", isDefault: false },
    ]);
    expect(value(await rail().setDefaultCard({ customerId, cardId })).defaultCardId).toBe(cardId);
    expect(value(await rail().readCard(cardId)).isDefault).toBe(true);
    expect(value(await rail().listCards(customerId))[0]?.isDefault).toBe(true);
    expect(value(await rail().detachCard(cardId))).toMatchObject({ id: cardId, customerId: null });
    expect(value(await rail().listCards(customerId))).toEqual([]);
    expect((await rail().detachCard(cardId)).ok).toBe(false);
    const refused = await rail().attachCard({ customerId, cardId: "pm_neverwas" });
    expect(refused).toMatchObject({ ok: false, error: { kind: "rail_not_found" } });
  });

  test("refunds parts up to the whole and never more, once per key", async () => {
    const { id: paymentId } = paid(await rail().charge(await withCard(rail(), cards.good)));
    const part = { paymentId, amountCents: 1000n, metadata: { why: "half" }, idempotencyKey: randomUUID() };
    const first = value(await rail().refund(part));
    expect(first).toMatchObject({
      paymentId,
      amountCents: 1000n,
      status: "succeeded",
      metadata: { why: "half" },
    });
    expect(value(await rail().refund(part)).id).toBe(first.id);
    const tooMuch = { paymentId, amountCents: 1501n, idempotencyKey: randomUUID() };
    expect(await rail().refund(tooMuch)).toMatchObject({ ok: false, error: { kind: "rail_refused" } });
    const rest = { paymentId, reason: "requested_by_customer", idempotencyKey: randomUUID() } as const;
    const second = value(await rail().refund(rest));
    expect(second.amountCents).toBe(1500n);
    expect(value(await rail().readPayment(paymentId)).refundedCents).toBe(2500n);
    expect(value(await rail().listRefunds(paymentId)).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(value(await rail().readRefund(first.id))).toEqual(first);
    expect(value(await rail().listDisputes(paymentId))).toEqual([]);
    expect(await rail().refund({ paymentId, idempotencyKey: randomUUID() })).toMatchObject({
      error: { kind: "rail_refused" },
    });
  });

  test("lists events newest first, and says of unknown ids that they are unknown", async () => {
    await customer(rail());
    const page = value(await rail().listEvents({ since: LONG_AGO }));
    expect(page.events.length).toBeGreaterThan(0);
    const last = must(page.events.at(-1), "there are events");
    const next = value(await rail().listEvents({ since: LONG_AGO, after: last.id }));
    expect(next.events.map(({ id }) => id)).not.toContain(last.id);
    for (const read of [
      rail().readPayment("pi_neverwas"),
      rail().readCheckout("cs_test_neverwas"),
      rail().readRefund("re_neverwas"),
      rail().readDispute("dp_neverwas"),
      rail().readInvoice("in_neverwas"),
      rail().readCard("pm_neverwas"),
      rail().listCards("cus_neverwas"),
    ]) {
      expect(await read).toMatchObject({ ok: false, error: { kind: "rail_not_found" } });
    }
  });
}

const LONG_AGO = new Date("2020-01-01T00:00:00Z");

/** A success's value; a failure fails the test with itself. */
export function value<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** The payment of a charge that succeeded. */
export function paid(outcome: Awaited<ReturnType<PaymentRail["charge"]>>) {
  if (outcome.kind !== "succeeded") throw new Error(JSON.stringify(outcome, (_, part) => String(part)));
  return outcome.payment;
}

/** A new customer of the rail. */
export async function customer(rail: PaymentRail): Promise<string> {
  const key = randomUUID();
  const input = { known: null, reference: key, name: "Ada", email: "ada@example.com", idempotencyKey: key };
  return value(await rail.ensureCustomer(input)).id;
}

/** A charge of $25 to a new customer's card, made from one of Stripe's test tokens. */
export async function withCard(rail: PaymentRail, token: string): Promise<ChargeCard> {
  const customerId = await customer(rail);
  const { id: cardId } = value(await rail.attachCard({ customerId, cardId: token }));
  return {
    customerId,
    cardId,
    orderId: `order-${randomUUID()}`,
    amountCents: 2500n,
    title: "Auto top-up",
    returnUrl: "https://shop.example/billing",
    metadata: { sequence: "7" },
    idempotencyKey: randomUUID(),
  };
}
