import type { EnsureCustomer, PaymentRail, RailCustomer, RailError, RailName } from "@ratebook/billing";
import { ok, type Result } from "@ratebook/core";
import Stripe from "stripe";
import { fromCents, fromDate, toDate } from "./cents.ts";
import { chargeCard } from "./charge-card.ts";
import { toCard, toCheckout, toCustomer, toInvoice } from "./map-customer.ts";
import { attempt } from "./map-error.ts";
import { toDispute, toPayment, toRefund } from "./map-payment.ts";
import { checkoutParams, setupParams, subscriptionParams } from "./open-checkout.ts";
import { parseWebhook } from "./parse-webhook.ts";
import { readEvent } from "./read-event.ts";

export type StripeRailOptions = {
  secretKey: string;
  /** Secrets of the webhook endpoint; several while one is being replaced, none refuses every webhook. */
  webhookSecrets: readonly string[];
  /** `sandbox` where the key and the address are the simulator's. */
  name?: RailName;
  /** Another address than Stripe's. */
  endpoint?: { protocol: "http" | "https"; host: string; port: number };
  /** Answers requests in place of the network. */
  fetch?: typeof fetch;
  /** For one request, 20 seconds unless told. */
  timeoutMs?: number;
  /** How often the SDK repeats a request that got no answer, under the same key; 2 unless told. */
  maxNetworkRetries?: number;
};

/** Card payments by Stripe's own SDK. The keys stay inside. */
export function createStripeRail(options: StripeRailOptions): PaymentRail {
  const stripe = connect(options);
  const LIMIT = 100;
  const expand = ["latest_charge"];
  return {
    name: options.name ?? "stripe",
    live: /^(sk|rk)_live_/.test(options.secretKey),

    ensureCustomer: (input) => ensureCustomer(stripe, input),

    openCheckout: (input) =>
      attempt(async () => {
        const { idempotencyKey } = input;
        return toCheckout(await stripe.checkout.sessions.create(checkoutParams(input), { idempotencyKey }));
      }),
    openSetup: (input) =>
      attempt(async () => {
        const { idempotencyKey } = input;
        return toCheckout(await stripe.checkout.sessions.create(setupParams(input), { idempotencyKey }));
      }),
    readCheckout: (id) => attempt(async () => toCheckout(await stripe.checkout.sessions.retrieve(id))),
    expireCheckout: (id) => attempt(async () => toCheckout(await stripe.checkout.sessions.expire(id))),
    findCheckouts: ({ customerId, since }) =>
      attempt(async () => {
        const created = { gte: somewhatBefore(since) };
        const page = await stripe.checkout.sessions.list({ customer: customerId, created, limit: LIMIT });
        return page.data.map(toCheckout);
      }),

    charge: (input) => chargeCard(stripe, input),
    readPayment: (id) => attempt(async () => toPayment(await stripe.paymentIntents.retrieve(id, { expand }))),
    cancelPayment: ({ paymentId, idempotencyKey }) =>
      attempt(async () =>
        toPayment(await stripe.paymentIntents.cancel(paymentId, { expand }, { idempotencyKey })),
      ),
    findPayments: ({ customerId, since }) =>
      attempt(async () => {
        const page = await stripe.paymentIntents.list({
          customer: customerId,
          created: { gte: somewhatBefore(since) },
          limit: LIMIT,
          expand: ["data.latest_charge"],
        });
        return page.data.map(toPayment);
      }),

    listCards: (customerId) =>
      attempt(async () => {
        const { defaultCardId } = toCustomer(await stripe.customers.retrieve(customerId));
        const page = await stripe.customers.listPaymentMethods(customerId, { type: "card", limit: LIMIT });
        return page.data.map((method) => toCard(method, defaultCardId));
      }),
    readCard: (cardId) =>
      attempt(async () => {
        const method = await stripe.paymentMethods.retrieve(cardId, { expand: ["customer"] });
        const owner = typeof method.customer === "object" ? method.customer : null;
        return toCard(method, owner && toCustomer(owner).defaultCardId);
      }),
    attachCard: ({ customerId, cardId }) =>
      attempt(async () => {
        const method = await stripe.paymentMethods.attach(cardId, { customer: customerId });
        return toCard(method, toCustomer(await stripe.customers.retrieve(customerId)).defaultCardId);
      }),
    detachCard: (cardId) => attempt(async () => toCard(await stripe.paymentMethods.detach(cardId), null)),
    setDefaultCard: ({ customerId, cardId }) =>
      attempt(async () => {
        const invoice_settings = { default_payment_method: cardId };
        return toCustomer(await stripe.customers.update(customerId, { invoice_settings }));
      }),

    refund: ({ paymentId, amountCents, reason, metadata, idempotencyKey }) =>
      attempt(async () => {
        const params: Stripe.RefundCreateParams = {
          payment_intent: paymentId,
          ...(amountCents !== undefined && { amount: fromCents(amountCents) }),
          ...(reason && { reason }),
          ...(metadata && { metadata: { ...metadata } }),
        };
        return toRefund(await stripe.refunds.create(params, { idempotencyKey }));
      }),
    readRefund: (id) => attempt(async () => toRefund(await stripe.refunds.retrieve(id))),
    listRefunds: (paymentId) =>
      attempt(async () => {
        const page = await stripe.refunds.list({ payment_intent: paymentId, limit: LIMIT });
        return page.data.map(toRefund);
      }),

    readDispute: (id) => attempt(async () => toDispute(await stripe.disputes.retrieve(id))),
    listDisputes: (paymentId) =>
      attempt(async () => {
        const page = await stripe.disputes.list({ payment_intent: paymentId, limit: LIMIT });
        return page.data.map(toDispute);
      }),

    openSubscription: (input) =>
      attempt(async () => {
        const { idempotencyKey } = input;
        return toCheckout(
          await stripe.checkout.sessions.create(subscriptionParams(input), { idempotencyKey }),
        );
      }),
    cancelSubscription: ({ subscriptionId, idempotencyKey }) =>
      attempt(async () => {
        const params = { cancel_at_period_end: true };
        const { cancel_at } = await stripe.subscriptions.update(subscriptionId, params, { idempotencyKey });
        return { endsAt: cancel_at === null ? null : toDate(cancel_at) };
      }),

    readInvoice: (id) => attempt(async () => toInvoice(await stripe.invoices.retrieve(id))),

    parseWebhook: (webhook) => parseWebhook(stripe, options.webhookSecrets, webhook),
    listEvents: ({ since, after }) =>
      attempt(async () => {
        const page = await stripe.events.list({
          created: { gte: fromDate(since) },
          limit: LIMIT,
          ...(after !== undefined && { starting_after: after }),
        });
        return { events: page.data.map(readEvent), more: page.has_more };
      }),
  };
}

/** Stripe's clock is not ours: an object made for us may seem older than the order it was made for. */
const somewhatBefore = (since: Date): number => Math.max(0, fromDate(since) - 300);

function connect({ secretKey, endpoint, fetch, timeoutMs, maxNetworkRetries }: StripeRailOptions): Stripe {
  return new Stripe(secretKey, {
    apiVersion: Stripe.API_VERSION,
    telemetry: false,
    timeout: timeoutMs ?? 20_000,
    maxNetworkRetries: maxNetworkRetries ?? 2,
    ...endpoint,
    ...(fetch && { httpClient: Stripe.createFetchHttpClient(fetch) }),
  });
}

async function ensureCustomer(
  stripe: Stripe,
  { known, reference, name, email, idempotencyKey }: EnsureCustomer,
): Promise<Result<RailCustomer, RailError>> {
  if (known !== null) {
    const found = await attempt(async () => toCustomer(await stripe.customers.retrieve(known)));
    if (!found.ok && found.error.kind !== "rail_not_found") return found;
    if (found.ok && !found.value.deleted) return ok(found.value);
  }
  return await attempt(async () => {
    const params = { name, metadata: { ratebook_customer: reference }, ...(email !== null && { email }) };
    // The key's first answer was the customer that is gone.
    const key = known === null ? idempotencyKey : `${idempotencyKey}:after:${known}`;
    return toCustomer(await stripe.customers.create(params, { idempotencyKey: key }));
  });
}
