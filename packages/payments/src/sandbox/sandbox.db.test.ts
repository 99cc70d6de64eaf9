import { randomUUID } from "node:crypto";
import type { RailEvent } from "@ratebook/billing";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { customer, paid, value, withCard } from "../testing/rail-contract.ts";
import { type SandboxFixture, SECRET_KEY, sandboxFixture } from "../testing/sandbox-fixture.ts";

let database: TestDatabase;
let fixture: SandboxFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await sandboxFixture(database);
});

beforeEach(async () => {
  await fixture.deliverAll();
  fixture.events.length = 0;
});

afterAll(async () => {
  await fixture.close();
  await database.drop();
});

const told = async (): Promise<string[]> => {
  await fixture.deliverAll();
  return fixture.events.map(({ type }) => type);
};

async function openCheckout(saveCard: "offer" | "require" | "no" = "offer") {
  const customerId = await customer(fixture.rail);
  const checkout = await fixture.rail.openCheckout({
    customerId,
    orderId: `order-${randomUUID()}`,
    amountCents: 5000n,
    title: "Starter <pack>",
    saveCard: saveCard === "no" ? { mode: "no" } : { mode: saveCard, consent: "Save it & refill." },
    successUrl: "https://shop.example/done?session={CHECKOUT_SESSION_ID}",
    cancelUrl: "https://shop.example/billing",
    railInvoice: true,
    idempotencyKey: randomUUID(),
  });
  return { ...value(checkout), customerId };
}

const post = (url: string, form: Record<string, string>) =>
  fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
const card = (number: string, more: Record<string, string> = {}) => ({
  number,
  expiry: "12/34",
  cvc: "123",
  ...more,
});
const GOOD = "4242 4242 4242 4242";

describe("the hosted page", () => {
  test("sells once, saves the card where the box is ticked, and tells it in signed webhooks", async () => {
    const { id, url, customerId, orderId } = await openCheckout();
    const page = await (await fetch(must(url, "it is open"))).text();
    expect(page).toContain("No real money moves here");
    expect(page).toContain("Starter &lt;pack&gt;");
    expect(page).toContain("$50.00");
    expect(page).toContain("Save it &amp; refill.");

    const done = await post(must(url, "it is open"), card(GOOD, { save: "yes" }));
    expect(done.status).toBe(303);
    expect(done.headers.get("location")).toBe(`https://shop.example/done?session=${id}`);
    const again = await post(must(url, "it was open"), card(GOOD, { save: "yes" }));
    expect(again.status).toBe(303);

    const checkout = value(await fixture.rail.readCheckout(id));
    expect(checkout).toMatchObject({ status: "complete", paid: true, url: null });
    const payments = value(await fixture.rail.findPayments({ customerId, since: new Date(0) }));
    expect(payments).toMatchObject([{ id: checkout.paymentId, receivedCents: 5000n, orderId }]);
    expect(value(await fixture.rail.listCards(customerId))).toHaveLength(1);
    expect(value(await fixture.rail.readInvoice(must(checkout.invoiceId, "asked for")))).toMatchObject({
      status: "paid",
      totalCents: 5000n,
      metadata: { order_id: orderId },
    });
    expect((await told()).sort()).toEqual([
      "charge.succeeded",
      "checkout.session.completed",
      "customer.created",
      "invoice.paid",
      "payment_intent.created",
      "payment_intent.succeeded",
      "payment_method.attached",
    ]);
    expect(fixture.events.find(({ kind }) => kind === "checkout")).toMatchObject({
      state: "completed",
      checkoutId: id,
      orderId,
      paymentId: checkout.paymentId,
    });
  });

  test("does not keep a card whose owner did not tick the box", async () => {
    const { url, customerId } = await openCheckout();
    await post(must(url, "it is open"), card(GOOD));
    expect(value(await fixture.rail.listCards(customerId))).toEqual([]);
  });

  test("shows why a card was declined and takes another for the same payment", async () => {
    const { id, url } = await openCheckout("no");
    const declined = await post(must(url, "it is open"), card("4000 0000 0000 9995"));
    expect(declined.status).toBe(422);
    expect(await declined.text()).toContain("Your card has insufficient funds.");
    const open = value(await fixture.rail.readCheckout(id));
    expect(open).toMatchObject({ status: "open", paid: false });
    const paymentId = must(open.paymentId, "it was tried");
    expect(value(await fixture.rail.readPayment(paymentId)).decline).toMatchObject({
      code: "card_declined",
      declineCode: "insufficient_funds",
    });
    expect(await told()).toContain("payment_intent.payment_failed");
    expect((await post(must(url, "it is open"), card(GOOD))).status).toBe(303);
    expect(value(await fixture.rail.readCheckout(id))).toMatchObject({ paid: true, paymentId });
  });

  test("sends the owner to their bank where it asks, and back", async () => {
    const { id, url } = await openCheckout("require");
    const asked = await post(must(url, "it is open"), card("4000 0025 0000 3155"));
    const bank = must(asked.headers.get("location"), "a redirect to the bank");
    expect(bank).toContain(`${fixture.pageUrl}/authenticate/pi_`);
    expect(await (await fetch(bank)).text()).toContain("Your bank wants to know");
    const failed = await post(bank, { outcome: "fail" });
    expect(failed.headers.get("location")).toBe(url);
    expect(await (await fetch(must(url, "it is open"))).text()).toContain("unable to authenticate");

    const second = await post(must(url, "it is open"), card("4000 0025 0000 3155"));
    const passed = await post(must(second.headers.get("location"), "a redirect"), { outcome: "complete" });
    expect(passed.headers.get("location")).toBe(`https://shop.example/done?session=${id}`);
    expect(value(await fixture.rail.readCheckout(id)).paid).toBe(true);
    expect((await post(bank, { outcome: "complete" })).status).toBe(404);
    const types = await told();
    expect(types.filter((type) => type === "payment_intent.requires_action")).toHaveLength(2);
    expect(types.filter((type) => type === "payment_intent.succeeded")).toHaveLength(1);
  });

  test("refuses what is no test card, a past date and a wrong code, and charges nothing", async () => {
    const { id, url } = await openCheckout();
    for (const form of [
      card("5555 5555 5555 4444"),
      card(GOOD, { expiry: "10/26" }),
      card(GOOD, { expiry: "13/30" }),
      card(GOOD, { cvc: "x" }),
      {},
    ]) {
      const refused = await post(must(url, "it is open"), form);
      expect(refused.status).toBe(422);
      const page = await refused.text();
      expect(page).toContain('role="alert"');
      expect(page).not.toContain("5555");
    }
    expect(value(await fixture.rail.readCheckout(id)).paymentId).toBeNull();
  });

  test("runs no script, is framed nowhere and lets forms end only at the shop's own addresses", async () => {
    const { url } = await openCheckout();
    const page = await fetch(must(url, "it is open"));
    expect(page.headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self' https://shop.example; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(await page.text()).not.toContain("<script");
    expect((await fetch(`${fixture.pageUrl}/style.css`)).headers.get("content-type")).toContain("text/css");
    expect((await fetch(`${fixture.pageUrl}/checkout/cs_test_neverwas`)).status).toBe(404);
  });

  test("expires after a day", async () => {
    const { id, url } = await openCheckout();
    const { now } = fixture.clock;
    fixture.clock.now = new Date(now.getTime() + 86_400_000);
    await fixture.sandbox.runDue();
    expect(value(await fixture.rail.readCheckout(id)).status).toBe("expired");
    expect((await fetch(must(url, "it was open"))).status).toBe(410);
    await post(must(url, "it was open"), card(GOOD));
    expect(value(await fixture.rail.readCheckout(id)).paid).toBe(false);
    expect(await told()).toContain("checkout.session.expired");
  });

  test("saves a card without a payment, with the bank's consent where it asks", async () => {
    const customerId = await customer(fixture.rail);
    const consent = "Save it.";
    const urls = { successUrl: "https://shop.example/saved", cancelUrl: "https://shop.example/" };
    const open = async () =>
      value(await fixture.rail.openSetup({ ...urls, customerId, consent, idempotencyKey: randomUUID() }));
    const first = await open();
    const refused = await post(must(first.url, "it is open"), card("4000 0000 0000 0002"));
    expect(refused.status).toBe(422);
    const asked = await post(must(first.url, "it is open"), card("4000 0025 0000 3155"));
    const passed = await post(must(asked.headers.get("location"), "a redirect"), { outcome: "complete" });
    expect(passed.headers.get("location")).toBe("https://shop.example/saved");
    const [saved] = value(await fixture.rail.listCards(customerId));
    expect(saved).toMatchObject({ lastFour: "3155" });
    await fixture.deliverAll();
    expect(fixture.events.find(({ kind }) => kind === "setup")).toMatchObject({
      setupId: first.setupId,
      customerId,
      cardId: saved?.id,
    });
    // Saved with its owner there, the card may be charged behind their back.
    const outcome = await fixture.rail.charge({
      customerId,
      cardId: must(saved, "it was saved").id,
      orderId: "o",
      amountCents: 1000n,
      title: "Top-up",
      returnUrl: "https://shop.example/",
      idempotencyKey: randomUUID(),
    });
    expect(outcome.kind).toBe("succeeded");
  });

  test("takes money that comes days later, or never", async () => {
    for (const succeeds of [true, false]) {
      const { id, orderId } = await openCheckout("no");
      await fixture.sandbox.controls.payLater({ checkoutId: id });
      const complete = value(await fixture.rail.readCheckout(id));
      expect(complete).toMatchObject({ status: "complete", paid: false });
      const paymentId = must(complete.paymentId, "it was tried");
      expect(value(await fixture.rail.readPayment(paymentId)).status).toBe("processing");
      await fixture.sandbox.controls.settleLater({ checkoutId: id, succeeds });
      expect(value(await fixture.rail.readCheckout(id)).paid).toBe(succeeds);
      await fixture.deliverAll();
      const states = fixture.events.flatMap((event) =>
        event.kind === "checkout" && event.orderId === orderId ? event.state : [],
      );
      expect(states).toEqual(["completed", succeeds ? "async_payment_succeeded" : "async_payment_failed"]);
    }
  });
});

describe("a charge behind the customer's back", () => {
  test("goes on in the same payment once the owner has proven who they are", async () => {
    const charge = await withCard(fixture.rail, "pm_card_authenticationRequired");
    const asked = await fixture.rail.charge(charge);
    if (asked.kind !== "requires_action") throw new Error(asked.kind);
    const back = await post(asked.url, { outcome: "complete" });
    expect(back.headers.get("location")).toBe(
      `https://shop.example/billing?payment_intent=${asked.payment.id}&redirect_status=succeeded`,
    );
    expect(paid(await fixture.rail.charge(charge)).id).toBe(asked.payment.id);
    const found = await fixture.rail.findPayments({ customerId: charge.customerId, since: new Date(0) });
    expect(value(found)).toHaveLength(1);
  });

  test("whose answer was lost is found again under its key, and was charged once", async () => {
    const charge = await withCard(fixture.rail, "pm_card_visa");
    fixture.fetch.loseAnswers(1);
    expect((await fixture.rail.charge(charge)).kind).toBe("ambiguous");
    const { id } = paid(await fixture.rail.charge(charge));
    const since = new Date(fixture.clock.now.getTime() - 60_000);
    const found = value(await fixture.rail.findPayments({ customerId: charge.customerId, since }));
    expect(found).toMatchObject([{ id, orderId: charge.orderId, receivedCents: 2500n }]);
  });

  test("is another charge under the same key after Stripe forgot the key, 24 hours later", async () => {
    const charge = await withCard(fixture.rail, "pm_card_visa");
    const first = paid(await fixture.rail.charge(charge));
    fixture.clock.now = new Date(fixture.clock.now.getTime() + 24 * 3_600_000 - 1);
    expect(paid(await fixture.rail.charge(charge)).id).toBe(first.id);
    fixture.clock.now = new Date(fixture.clock.now.getTime() + 1);
    expect(paid(await fixture.rail.charge(charge)).id).not.toBe(first.id);
  });

  test("is done once for twenty requests at once under one key", async () => {
    const charge = await withCard(fixture.rail, "pm_card_visa");
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => fixture.rail.charge(charge)));
    expect(new Set(outcomes.map((outcome) => paid(outcome).id)).size).toBe(1);
  });
});

describe("money back", () => {
  test("a dispute takes the money at once and gives it back when it is won", async () => {
    for (const outcome of ["won", "lost"] as const) {
      const { id: paymentId } = paid(await fixture.rail.charge(await withCard(fixture.rail, "pm_card_visa")));
      const disputeId = await fixture.sandbox.controls.openDispute({ paymentId });
      expect(value(await fixture.rail.readPayment(paymentId)).disputed).toBe(true);
      const open = { id: disputeId, paymentId, state: "open", amountCents: 2500n, withdrawnCents: 2500n };
      expect(value(await fixture.rail.listDisputes(paymentId))).toMatchObject([open]);
      expect(await fixture.rail.refund({ paymentId, idempotencyKey: randomUUID() })).toMatchObject({
        error: { kind: "rail_refused", code: "charge_disputed" },
      });
      await fixture.sandbox.controls.closeDispute({ disputeId, outcome });
      expect(value(await fixture.rail.readDispute(disputeId))).toMatchObject({
        state: outcome,
        withdrawnCents: outcome === "won" ? 0n : 2500n,
      });
      await fixture.deliverAll();
      const states = fixture.events.flatMap((event) =>
        event.kind === "dispute" && event.paymentId === paymentId ? event.state : [],
      );
      const end = outcome === "won" ? ["funds_reinstated", "closed"] : ["closed"];
      expect(states.sort()).toEqual(["created", "funds_withdrawn", ...end].sort());
    }
  });

  test("an inquiry takes nothing; a disputing and a suspected card are told of by themselves", async () => {
    const charge = async (token: string) => {
      const { id } = paid(await fixture.rail.charge(await withCard(fixture.rail, token)));
      await fixture.deliverAll();
      return id;
    };
    const asked = await charge("pm_card_createDisputeInquiry");
    expect(value(await fixture.rail.listDisputes(asked))).toMatchObject([
      { state: "inquiry", withdrawnCents: 0n },
    ]);
    const disputed = await charge("pm_card_createDispute");
    expect(value(await fixture.rail.listDisputes(disputed))).toMatchObject([{ state: "open" }]);
    const suspected = await charge("pm_card_createIssuerFraudRecord");
    expect(fixture.events.find(({ kind }) => kind === "fraud_warning")).toMatchObject({
      paymentId: suspected,
    });
  });

  test("a refund to a closed card fails later and is taken out of what was refunded", async () => {
    const { id: paymentId } = paid(
      await fixture.rail.charge(await withCard(fixture.rail, "pm_card_refundFail")),
    );
    const refund = value(
      await fixture.rail.refund({ paymentId, amountCents: 700n, idempotencyKey: randomUUID() }),
    );
    expect(refund.status).toBe("succeeded");
    fixture.clock.now = new Date(fixture.clock.now.getTime() + 5_000);
    await fixture.deliverAll();
    expect(value(await fixture.rail.readRefund(refund.id))).toMatchObject({
      status: "failed",
      failureReason: "expired_or_canceled_card",
    });
    expect(value(await fixture.rail.readPayment(paymentId)).refundedCents).toBe(0n);
    expect(fixture.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["refund.created", "charge.refunded", "refund.updated", "refund.failed"]),
    );
  });
});

describe("webhooks", () => {
  test("come again after a refusal, at growing distances, and stop once taken", async () => {
    fixture.refuseWith.push(500, 503);
    await customer(fixture.rail);
    const arrived = async (seconds: number) => {
      fixture.clock.now = new Date(fixture.clock.now.getTime() + seconds * 1000);
      return await fixture.sandbox.runDue();
    };
    expect(await arrived(0)).toBe(0);
    expect(await arrived(4)).toBe(0);
    expect(fixture.refuseWith).toHaveLength(1);
    expect(await arrived(1)).toBe(0);
    expect(fixture.refuseWith).toHaveLength(0);
    expect(await arrived(29)).toBe(0);
    expect(await arrived(1)).toBe(1);
    expect(await arrived(86_400)).toBe(0);
    expect(fixture.events.filter(({ type }) => type === "customer.created")).toHaveLength(1);
  });

  test("carry cards as they come and go, deleted customers and subscriptions' invoices", async () => {
    const { customerId, cardId } = await withCard(fixture.rail, "pm_card_visa");
    await fixture.rail.detachCard(cardId);
    const period = { periodStart: new Date("2026-11-01Z"), periodEnd: new Date("2026-12-01Z") };
    const plan = { customerId, subscriptionId: "sub_1", priceId: "price_1", amount: 2000, first: true };
    const invoiceId = await fixture.sandbox.controls.payInvoice({ ...plan, ...period });
    const { api } = fixture.sandbox;
    const headers = { authorization: `Bearer ${SECRET_KEY}` };
    await api.request(`http://sandbox/v1/customers/${customerId}`, { method: "DELETE", headers });
    await fixture.deliverAll();
    const has = (expected: Partial<RailEvent>) => expect(fixture.events).toContainEqual(match(expected));
    has({ kind: "card", state: "attached", cardId, customerId });
    has({ kind: "card", state: "detached", cardId, customerId });
    has({ kind: "customer_deleted", customerId });
    has({ kind: "invoice", state: "paid", invoiceId, customerId, subscriptionId: "sub_1" });
    expect(value(await fixture.rail.readInvoice(invoiceId))).toMatchObject({
      ...period,
      status: "paid",
      reason: "subscription_create",
      subscriptionId: "sub_1",
      subtotalCents: 2000n,
      priceIds: ["price_1"],
    });
    const known = { known: customerId, reference: "r", name: "Ada", email: null };
    const next = await fixture.rail.ensureCustomer({ ...known, idempotencyKey: randomUUID() });
    expect(value(next).id).not.toBe(customerId);
  });
});

describe("the API", () => {
  const call = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${SECRET_KEY}`);
    return fixture.sandbox.api.request(`http://sandbox${path}`, { ...init, headers });
  };

  test("refuses another key, unknown paths, unknown and missing parameters in Stripe's words", async () => {
    const stranger = await call("/v1/customers", { headers: { authorization: "Bearer sk_test_other" } });
    expect(stranger.status).toBe(401);
    expect((await call("/v1/payouts")).status).toBe(404);
    const refusal = async (form: string) =>
      await (await call("/v1/payment_intents", { method: "POST", body: form })).json();
    expect(await refusal("amount=100&currency=usd&amout=1")).toMatchObject({
      error: { type: "invalid_request_error", code: "parameter_unknown", param: "amout" },
    });
    expect(await refusal("currency=usd")).toMatchObject({
      error: { code: "parameter_missing", param: "amount" },
    });
    expect(await refusal("amount=49&currency=usd")).toMatchObject({ error: { param: "amount" } });
    expect(await refusal("amount=100&currency=eur")).toMatchObject({ error: { param: "currency" } });
    expect(await refusal("amount=100&currency=usd&expand[0]=nothing")).toMatchObject({
      error: { param: "expand" },
    });
  });

  test("says of a repeated answer that it is one", async () => {
    const send = (body: string) =>
      call("/v1/customers", { method: "POST", body, headers: { "idempotency-key": "k-replayed" } });
    expect((await send("name=Ada&email=a%40example.com")).headers.get("idempotent-replayed")).toBeNull();
    const replay = await send("email=a%40example.com&name=Ada");
    expect(replay.headers.get("idempotent-replayed")).toBe("true");
    const other = await send("name=Eve");
    expect(other.status).toBe(400);
    expect(await other.json()).toMatchObject({ error: { type: "idempotency_error" } });
  });

  test("pages lists in both directions", async () => {
    const customerId = await customer(fixture.rail);
    const ids: string[] = [];
    for (const token of ["pm_card_visa", "pm_card_createDispute", "pm_card_refundFail"]) {
      ids.unshift(value(await fixture.rail.attachCard({ customerId, cardId: token })).id);
    }
    const list = async (query: string) =>
      await (await call(`/v1/customers/${customerId}/payment_methods?${query}`)).json();
    expect(await list("limit=2")).toMatchObject({
      has_more: true,
      data: [{ id: ids[0] }, { id: ids[1] }],
    });
    expect(await list(`limit=2&starting_after=${ids[1]}`)).toMatchObject({
      has_more: false,
      data: [{ id: ids[2] }],
    });
    expect(await list(`limit=1&ending_before=${ids[2]}`)).toMatchObject({
      has_more: true,
      data: [{ id: ids[1] }],
    });
    expect(await list("created[gte]=1&type=card")).toMatchObject({ has_more: false });
  });
});

const match = (expected: object): unknown => expect.objectContaining(expected);
