import {
  type Actor,
  type Ctx,
  createCheckout,
  createSandboxStore,
  handleRailEvent,
  listOrders,
  type Order,
  type PaymentRail,
  readStanding,
  receiveWebhook,
} from "@ratebook/billing";
import { dollars, OPERATOR, type UsageFixture, usageFixture } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import type { TestDatabase } from "@ratebook/db/testing";
import { createSandbox, type Sandbox } from "../sandbox/create-sandbox.ts";
import { createStripeRail } from "../stripe/create-stripe-rail.ts";

/** A webhook as it was sent: kept so that a test can deliver it late, twice or in another order. */
export type SentWebhook = { body: string; signature: string };

/** Real verbs on a real ledger, sold by the real SDK to the simulator; a clock that tests move. */
export type PurchaseFixture = UsageFixture & {
  ctx: Ctx & { rail: PaymentRail };
  sandbox: Sandbox;
  /** Webhooks that left the simulator and were not delivered yet. */
  sent: SentWebhook[];
  /** Has everything due sent. */
  send: () => Promise<void>;
  /** Receives one webhook and does its job. */
  deliver: (webhook: SentWebhook) => Promise<void>;
  /** Sends and delivers everything, in order, until nothing is left. */
  deliverAll: () => Promise<void>;
  /** A purchase paid with a card, its webhooks not delivered yet. */
  buy: (actor: Actor, usd: string, card?: string) => Promise<Order>;
  order: (id: string) => Promise<Order>;
  /** Balance and debt as dollars of text would be compared: nanos. */
  standing: (customerId: string) => Promise<{ balance: bigint; debt: bigint }>;
};

export const GOOD_CARD = "4242424242424242";
/** Can be saved, and every later charge is declined. */
export const LATER_DECLINED_CARD = "4000000000000341";

export async function purchaseFixture(database: TestDatabase): Promise<PurchaseFixture> {
  const usage = await usageFixture(database);
  const sent: SentWebhook[] = [];
  const webhookSecret = "whsec_purchases";
  const secretKey = "sk_test_purchases";
  const sandbox = createSandbox({
    store: createSandboxStore(database),
    clock: usage.ctx.clock,
    secretKey,
    webhookSecret,
    pageUrl: "http://sandbox.test",
    automatic: false,
    log: usage.ctx.log,
    deliverWebhook: async (body, signature) => {
      sent.push({ body, signature });
      return 200;
    },
  });
  const rail = createStripeRail({
    name: "sandbox",
    secretKey,
    webhookSecrets: [webhookSecret],
    fetch: async (input, init) => await sandbox.api.fetch(new Request(input, init)),
    maxNetworkRetries: 0,
  });
  const ctx = { ...usage.ctx, rail };

  const deliver = async (webhook: SentWebhook): Promise<void> => {
    const received = await receiveWebhook(ctx, webhook);
    if (!received.ok) throw new Error(received.error.kind);
    const handled = await handleRailEvent(ctx, rail, { eventId: received.value.eventId });
    if (!handled.ok) throw new Error(handled.error.kind);
  };
  const send = async (): Promise<void> => {
    while ((await sandbox.runDue()) > 0);
  };
  const order = async (id: string): Promise<Order> => {
    const listed = await listOrders(ctx, OPERATOR, { limit: 200 });
    if (!listed.ok) throw new Error(listed.error.kind);
    return must(
      listed.value.items.find((one) => one.id === id),
      "the order is listed",
    );
  };
  return {
    ...usage,
    ctx,
    sandbox,
    sent,
    send,
    deliver,
    deliverAll: async () => {
      await send();
      for (let next = sent.shift(); next !== undefined; next = sent.shift()) await deliver(next);
    },
    buy: async (actor, usd, card = GOOD_CARD) => {
      const page = await createCheckout(ctx, actor, { amount: dollars(usd) });
      if (!page.ok) throw new Error(page.error.kind);
      await sandbox.controls.pay({ checkoutId: page.value.sessionId, card, save: true });
      return order(page.value.orderId);
    },
    order,
    standing: async (customerId) => {
      const { balance, debt } = await readStanding(ctx, customerId);
      return { balance, debt };
    },
  };
}
