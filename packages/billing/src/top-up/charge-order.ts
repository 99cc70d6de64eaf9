import { must } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { autoTopUp, paymentOrder } from "@ratebook/db/schema";
import { and, eq, notInArray } from "drizzle-orm";
import type { Notice } from "../alerts/customer-notice.ts";
import { tellCustomer } from "../alerts/tell-customer.ts";
import type { Ctx } from "../ctx.ts";
import { declineAttempt } from "./decline-attempt.ts";
import { failOrder } from "./fail-order.ts";
import { passFailpoint } from "./failpoint.ts";
import { OrderRequest, type OrderRow } from "./order.ts";
import type { ChargeOutcome, PaymentRail, RailError } from "./payment-rail.ts";
import { fromCents } from "./purchase-limits.ts";
import { settleOrder } from "./settle-order.ts";

/**
 * Charges the card of a refill's order and writes down what became of it. Charging again under the order's key is the
 * same charge, so a crash before or after the answer is made good by calling it once more.
 *
 * @returns the order as it stands afterwards
 */
export async function chargeOrder(ctx: Ctx, rail: PaymentRail, order: OrderRow): Promise<OrderRow> {
  const request = OrderRequest.parse(order.request);
  if (request.ask !== "charge") throw new Error(`order ${order.id} charges no card`);
  const outcome = await rail.charge({
    customerId: request.railCustomer,
    cardId: request.cardId,
    orderId: order.id,
    amountCents: order.amountCents,
    title: order.title,
    returnUrl: request.returnUrl,
    idempotencyKey: `charge:${order.id}`,
  });
  passFailpoint(ctx, "refill.charged");
  await keepOutcome(ctx, rail, order, request.cardId, outcome);
  const [now] = await ctx.db.select().from(paymentOrder).where(eq(paymentOrder.id, order.id));
  return must(now, "an order is never deleted");
}

async function keepOutcome(
  ctx: Ctx,
  rail: PaymentRail,
  order: OrderRow,
  cardId: string,
  outcome: ChargeOutcome,
): Promise<void> {
  switch (outcome.kind) {
    case "succeeded":
    case "processing": {
      await markDelivered(ctx, order, outcome.payment.id, null);
      passFailpoint(ctx, "refill.delivered");
      // Where the rail cannot be read now, its event or the sweeper settles the order.
      await settleOrder(ctx, rail, order.id, outcome.payment.id);
      return;
    }
    case "requires_action": {
      const about = { orderId: order.id, amount: fromCents(order.amountCents), url: outcome.url };
      const key = `authenticate:${order.id}`;
      await inTransaction(ctx.db, async (tx) => {
        await markDelivered({ ...ctx, db: tx }, order, outcome.payment.id, outcome.url);
        await tell(ctx, tx, order, [{ template: "auto_top_up_needs_authentication", key, ...about }]);
      });
      return;
    }
    case "declined":
      return inTransaction(ctx.db, async (tx) =>
        tell(ctx, tx, order, await declineAttempt(ctx, tx, order, outcome.decline, cardId)),
      );
    case "ambiguous":
      await ctx.db
        .update(paymentOrder)
        .set({ state: "ambiguous" })
        .where(and(eq(paymentOrder.id, order.id), eq(paymentOrder.state, "provider_started")));
      return;
    case "refused":
      return keepRefusal(ctx, order, cardId, outcome.error);
  }
}

/** A card or customer that is gone counts as a decline, so another card ends it; refused credentials are ours to mend. */
function keepRefusal(ctx: Ctx, order: OrderRow, cardId: string, error: RailError): Promise<void> {
  const code = error.kind === "rail_refused" ? (error.code ?? error.kind) : error.kind;
  const { message } = error;
  return inTransaction(ctx.db, async (tx) => {
    if (error.kind !== "rail_unauthorized") {
      const decline = { code, declineCode: null, message };
      return tell(ctx, tx, order, await declineAttempt(ctx, tx, order, decline, cardId));
    }
    const now = ctx.clock();
    await failOrder(tx, order.id, { code, message }, now);
    const retryAt = new Date(now.getTime() + MENDING_MS);
    await tx.update(autoTopUp).set({ retryAt }).where(eq(autoTopUp.customerId, order.customerId));
  });
}

async function tell(ctx: Ctx, tx: Transaction, order: OrderRow, notices: readonly Notice[]): Promise<void> {
  for (const notice of notices) await tellCustomer(ctx, tx, order.customerId, notice);
}

const markDelivered = (
  ctx: { db: Pick<Transaction, "update">; clock: Ctx["clock"] },
  order: OrderRow,
  paymentId: string,
  url: string | null,
) =>
  ctx.db
    .update(paymentOrder)
    .set({ state: "delivered", paymentId, url, dueAt: new Date(ctx.clock().getTime() + EVENT_EXPECTED_MS) })
    .where(and(eq(paymentOrder.id, order.id), notInArray(paymentOrder.state, ["settled", "failed"])));

const EVENT_EXPECTED_MS = 10 * 60_000;
const MENDING_MS = 3_600_000;
