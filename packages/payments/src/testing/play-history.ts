import {
  type Actor,
  createCheckout,
  issueInvoice,
  type Order,
  receiveWebhook,
  refundOrder,
} from "@ratebook/billing";
import { dollars, OPERATOR } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import fc from "fast-check";
import { signWebhook } from "../sandbox/deliver-webhooks.ts";
import type { ModelPurchase } from "./history-model.ts";
import { GOOD_CARD, type PurchaseFixture, type SentWebhook, WEBHOOK_SECRET } from "./purchase-fixture.ts";

/** How somebody pays a page; only the first three bring money. */
const WAYS = ["card", "declined_first", "bank", "bank_fails", "left"] as const;

/** A history: what is bought and used first, then what happens to it while the events of all that wander about. */
export const History = fc.record({
  first: fc.array(fc.record({ cents: fc.integer({ min: 100, max: 9_000 }), code: fc.boolean() }), {
    minLength: 1,
    maxLength: 2,
  }),
  spentCents: fc.integer({ min: 0, max: 15_000 }),
  steps: fc.array(
    fc.oneof(
      fc.record({
        kind: fc.constant("buy" as const),
        cents: fc.integer({ min: 100, max: 9_000 }),
        way: fc.constantFrom(...WAYS),
        code: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("refund" as const),
        of: fc.nat(1),
        cents: fc.integer({ min: 1, max: 6_000 }),
        by: fc.constantFrom("rail" as const, "operator" as const, "operator_with_debt" as const),
        fails: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant("dispute" as const),
        of: fc.nat(1),
        share: fc.constantFrom(1, 2),
        ends: fc.constantFrom("won" as const, "lost" as const, "open" as const, "lost_later" as const),
      }),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  chance: fc.array(fc.nat(1_000_000), { minLength: 64, maxLength: 64 }),
});
export type History = typeof History extends fc.Arbitrary<infer T> ? T : never;

export type Played = {
  purchases: (ModelPurchase & { orderId: string })[];
  /** Orders that no money came for. */
  unpaid: string[];
  spent: bigint;
  /** Webhooks that were made up or spoiled on the way, and how many of them were refused. */
  spoiled: number;
  refused: number;
};

type Known = ModelPurchase & { orderId: string; paymentId: string; disputed: boolean; refunded: boolean };

/** Plays a history through checkout, the simulator and the webhook door, until every event has arrived. */
export async function playHistory(
  shop: PurchaseFixture,
  { id, key }: { id: string; key: Actor },
  history: History,
): Promise<Played> {
  let turn = 0;
  const draw = (below: number): number => {
    turn += 1;
    return (must(history.chance[turn % history.chance.length], "chance is never empty") + turn) % below;
  };
  const post = createPost(shop, draw);
  const known: Known[] = [];
  const unpaid: string[] = [];
  const remember = (order: Order): void => {
    known.push({
      orderId: order.id,
      paymentId: "",
      cents: order.amount / CENT,
      credits: order.credits,
      bonus: order.bonus,
      firmCents: 0n,
      openCents: 0n,
      disputed: false,
      refunded: false,
    });
  };

  for (const { cents, code } of history.first) {
    remember(await buy(shop, key, cents, code, "card"));
    // One after the other, because the oldest burns first.
    await post.everything();
  }
  for (const it of known) it.paymentId = must((await shop.order(it.orderId)).paymentId, "it was paid");
  const spent = BigInt(history.spentCents) * CENT;
  await spend(shop, id, spent);

  const open: { disputeId: string; of: Known; cents: bigint }[] = [];
  for (const step of history.steps) {
    if (step.kind === "buy") {
      const order = await buy(shop, key, step.cents, step.code, step.way);
      if (step.way === "bank_fails" || step.way === "left") unpaid.push(order.id);
      else remember(order);
    } else {
      const of = must(known[step.of % history.first.length], "the first purchases are known");
      if (step.kind === "refund") await refund(shop, of, step);
      else if (!of.disputed) {
        of.disputed = true;
        const cents = of.cents / BigInt(step.share);
        const disputeId = await shop.sandbox.controls.openDispute({
          paymentId: of.paymentId,
          amount: Number(cents),
        });
        of.openCents += cents;
        open.push({ disputeId, of, cents });
        if (step.ends === "lost_later") await post.some();
        if (step.ends !== "open") await close(shop, must(open.pop(), "it was pushed"), step.ends === "won");
      }
    }
    if (draw(2) === 0) await post.some();
    if (draw(8) === 0) for (const { orderId } of known) await issueInvoice(shop.ctx, orderId);
  }
  // What an open dispute sets aside is what nothing else has taken: told exactly only where there is nothing else.
  const touched = known.filter((it) => it.firmCents > 0n || it.refunded || it.openCents > 0n);
  for (const dispute of open) {
    if (touched.length > 1 || dispute.of.refunded) await close(shop, dispute, draw(2) === 0);
  }
  await post.everything();
  for (const { orderId } of known) await issueInvoice(shop.ctx, orderId);
  return { purchases: known, unpaid, spent, ...post.counted };
}

/** The post between the rail and us: it loses nothing, and does everything else to it. */
function createPost(shop: PurchaseFixture, draw: (below: number) => number) {
  const waiting: SentWebhook[] = [];
  const counted = { spoiled: 0, refused: 0 };

  const collect = async (): Promise<void> => {
    await shop.send();
    for (const event of shop.sent.splice(0)) {
      for (let copies = 1 + draw(5); copies > 0; copies -= 1) waiting.push(event);
    }
  };
  const deliver = async ({ body }: SentWebhook): Promise<void> => {
    if (draw(6) === 0) await spoil(body);
    // However late it comes, it was signed when it was sent.
    await shop.deliver({ body, signature: signWebhook(body, WEBHOOK_SECRET, shop.ctx.clock()) });
  };
  const spoil = async (body: string): Promise<void> => {
    const at = (seconds: number) => new Date(shop.ctx.clock().getTime() + seconds * 1_000);
    const fresh = signWebhook(body, WEBHOOK_SECRET, at(0));
    const bad: SentWebhook[] = [
      { body, signature: signWebhook(body, "whsec_of_somebody_else", at(0)) },
      {
        body: body.replace(/"amount":\d+/, '"amount":1'),
        signature: fresh.replace(/.$/, (end) => (end === "0" ? "1" : "0")),
      },
      { body: `${body} `, signature: fresh },
      { body, signature: signWebhook(body, WEBHOOK_SECRET, at(-301)) },
      { body, signature: signWebhook(body, WEBHOOK_SECRET, at(61)) },
    ];
    const received = await receiveWebhook(shop.ctx, must(bad[draw(bad.length)], "drawn from the list"));
    counted.spoiled += 1;
    if (!received.ok) counted.refused += 1;
  };
  /** Up to three at once, as servers do that answer at the same time. */
  const deliverFrom = async (count: number): Promise<void> => {
    for (let left = count; left > 0 && waiting.length > 0; ) {
      const batch = Array.from({ length: Math.min(1 + draw(3), left, waiting.length) }, () =>
        must(waiting.splice(draw(waiting.length), 1)[0], "something waits"),
      );
      left -= batch.length;
      await Promise.all(batch.map(deliver));
    }
  };
  return {
    counted,
    some: async (): Promise<void> => {
      await collect();
      await deliverFrom(draw(waiting.length + 1));
    },
    everything: async (): Promise<void> => {
      await collect();
      await deliverFrom(waiting.length);
    },
  };
}

async function buy(
  shop: PurchaseFixture,
  key: Actor,
  cents: number,
  code: boolean,
  way: (typeof WAYS)[number],
): Promise<Order> {
  const amount = dollars((cents / 100).toFixed(2));
  const page = await createCheckout(shop.ctx, key, { amount, ...(code && { promotionCode: "TENTH" }) });
  if (!page.ok) throw new Error(page.error.kind);
  const checkoutId = page.value.sessionId;
  const { controls } = shop.sandbox;
  if (way === "declined_first") await controls.pay({ checkoutId, card: DECLINED });
  if (way === "card" || way === "declined_first") await controls.pay({ checkoutId, card: GOOD_CARD });
  if (way === "bank" || way === "bank_fails") {
    await controls.payLater({ checkoutId });
    await controls.settleLater({ checkoutId, succeeds: way === "bank" });
  }
  if (way === "left") {
    const left = await shop.ctx.rail.expireCheckout(checkoutId);
    if (!left.ok) throw new Error(left.error.kind);
  }
  return page.value.order;
}

async function refund(
  shop: PurchaseFixture,
  of: Known,
  { cents, by, fails }: Extract<History["steps"][number], { kind: "refund" }>,
): Promise<void> {
  const amountCents = BigInt(cents);
  const key = crypto.randomUUID();
  if (by === "rail") {
    // At the provider's own pages, where nobody asks whether the credits were spent.
    const made = await shop.ctx.rail.refund({ paymentId: of.paymentId, amountCents, idempotencyKey: key });
    if (!made.ok) return;
    of.refunded = true;
    if (fails) await shop.sandbox.controls.failRefund({ refundId: made.value.id });
    else of.firmCents += amountCents;
    return;
  }
  const made = await refundOrder(shop.ctx, OPERATOR, {
    orderId: of.orderId,
    amount: dollars((cents / 100).toFixed(2)),
    reason: "asked for",
    allowDebt: by === "operator_with_debt",
    idempotencyKey: key,
  });
  if (made.ok) {
    of.refunded = true;
    if (made.value.state !== "failed") of.firmCents += amountCents;
  }
}

async function close(
  shop: PurchaseFixture,
  { disputeId, of, cents }: { disputeId: string; of: Known; cents: bigint },
  won: boolean,
): Promise<void> {
  await shop.sandbox.controls.closeDispute({ disputeId, outcome: won ? "won" : "lost" });
  of.openCents -= cents;
  if (!won) of.firmCents += cents;
}

async function spend(shop: PurchaseFixture, account: string, amount: bigint): Promise<void> {
  const outcome = await shop.ctx.ledger.post({
    kind: "debit",
    account,
    opId: crypto.randomUUID(),
    meaningHash: "1".repeat(64),
    amount: dollars((Number(amount / CENT) / 100).toFixed(2)),
    mode: "record",
    contra: "revenue:infrastructure",
  });
  if (outcome.kind !== "done") throw new Error(outcome.kind);
}

const CENT = 10_000_000n;
const DECLINED = "4000000000000002";
