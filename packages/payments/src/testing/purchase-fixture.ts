import {
  type Actor,
  type Ctx,
  createCheckout,
  createSandboxStore,
  getOrder,
  handleRailEvent,
  type Order,
  type PaymentRail,
  readStanding,
  receiveWebhook,
  type SandboxStore,
} from "@ratebook/billing";
import { dollars, OPERATOR, type UsageFixture, usageFixture } from "@ratebook/billing/testing";
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

/** What the simulator signs with. */
export const WEBHOOK_SECRET = "whsec_purchases";
export const GOOD_CARD = "4242424242424242";
/** Can be saved, and every later charge is declined. */
export const LATER_DECLINED_CARD = "4000000000000341";

export async function purchaseFixture(database: TestDatabase): Promise<PurchaseFixture> {
  return openShop(await usageFixture(database), createSandboxStore(database));
}

/** A shop with a simulator of its own; many of them may sell on one ledger at once. */
export function openShop(usage: UsageFixture, store: SandboxStore): PurchaseFixture {
  const sent: SentWebhook[] = [];
  const secretKey = "sk_test_purchases";
  const sandbox = createSandbox({
    store,
    clock: usage.ctx.clock,
    secretKey,
    webhookSecret: WEBHOOK_SECRET,
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
    webhookSecrets: [WEBHOOK_SECRET],
    fetch: async (input, init) => await sandbox.api.fetch(new Request(input, init)),
    maxNetworkRetries: 0,
  });
  const ctx = { ...usage.ctx, rail };

  const deliver = async (webhook: SentWebhook): Promise<void> => {
    const received = await receiveWebhook(ctx, webhook);
    if (!received.ok) throw new Error(received.error.kind);
    // A job runs once for an event, and again only where it failed.
    if (received.value.seen === "before") return;
    const handled = await handleRailEvent(ctx, rail, { eventId: received.value.eventId });
    if (!handled.ok) throw new Error(handled.error.kind);
  };
  const send = async (): Promise<void> => {
    while ((await sandbox.runDue()) > 0);
  };
  const order = async (id: string): Promise<Order> => {
    const found = await getOrder(ctx, OPERATOR, { id });
    if (!found.ok) throw new Error(found.error.kind);
    return found.value.order;
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
