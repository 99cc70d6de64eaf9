import { err, must, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { paymentOrder } from "@ratebook/db/schema";
import { and, eq, inArray } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { failOrder } from "./fail-order.ts";
import { passFailpoint } from "./failpoint.ts";
import { type OpenedCheckout, OrderRequest, type OrderRow, openedCheckout } from "./order.ts";
import { fromRail, type PaymentError } from "./payment-error.ts";
import type { PaymentRail, RailCheckout } from "./payment-rail.ts";
import { ensureRailCustomer } from "./rail-customer.ts";

/**
 * Opens the rail's page for a quoted order, or gives the page that is open for it. Asking again asks the rail the same
 * under the same key, so a lost answer is found and never paid twice.
 *
 * @returns `provider_unavailable` where the rail gave no answer: the order waits, and the same call goes on with it
 */
export async function startCheckout(
  ctx: Ctx,
  rail: PaymentRail,
  order: OrderRow,
): Promise<Result<OpenedCheckout, PaymentError>> {
  if (order.checkoutId !== null) return ok(openedCheckout(order, order.checkoutId));
  if (order.state === "failed") {
    const message = order.failureMessage ?? "This purchase failed; start a new one.";
    return err({ kind: "provider_refused", code: order.failureCode, message });
  }
  const railCustomer = await ensureRailCustomer(ctx, rail, order.customerId);
  if (!railCustomer.ok) return railCustomer;
  const request = OrderRequest.parse(order.request);
  if (request.ask !== "checkout") throw new Error(`order ${order.id} is no checkout`);
  const started = await markStarted(ctx, order, { ...request, railCustomer: railCustomer.value });
  passFailpoint(ctx, "purchase.started");
  const { saveCard, successUrl, cancelUrl } = request;
  const opened = await rail.openCheckout({
    customerId: railCustomer.value,
    orderId: order.id,
    amountCents: order.amountCents,
    title: order.title,
    saveCard: saveCard.mode === "no" ? { mode: "no" } : { mode: saveCard.mode, consent: saveCard.consent },
    successUrl,
    cancelUrl,
    idempotencyKey: `checkout:${order.id}`,
  });
  if (opened.ok) {
    passFailpoint(ctx, "purchase.page_opened");
    const kept = await keepCheckout(ctx, started, opened.value);
    passFailpoint(ctx, "purchase.page_kept");
    return ok(openedCheckout(kept, opened.value.id));
  }
  const failure = fromRail(opened.error);
  if (failure.error.kind === "provider_unavailable") await markAmbiguous(ctx, order);
  else {
    const { code, message } = failure.error;
    await inTransaction(ctx.db, (tx) => failOrder(tx, order.id, { code, message }, ctx.clock()));
  }
  return failure;
}

/** Writes down which page was opened for an order. */
export async function keepCheckout(
  ctx: Pick<Ctx, "db">,
  order: OrderRow,
  page: RailCheckout,
): Promise<OrderRow> {
  const [kept] = await ctx.db
    .update(paymentOrder)
    .set({
      state: "delivered",
      checkoutId: page.id,
      url: page.url,
      expiresAt: page.expiresAt,
      dueAt: page.expiresAt,
    })
    .where(
      and(
        eq(paymentOrder.id, order.id),
        inArray(paymentOrder.state, ["quoted", "provider_started", "ambiguous"]),
      ),
    )
    .returning();
  if (kept !== undefined) return kept;
  // Its event was faster than the answer.
  const [now] = await ctx.db
    .update(paymentOrder)
    .set({ checkoutId: page.id })
    .where(eq(paymentOrder.id, order.id))
    .returning();
  return must(now, "an order is never deleted");
}

async function markStarted(ctx: Ctx, order: OrderRow, request: OrderRequest): Promise<OrderRow> {
  const dueAt = new Date(ctx.clock().getTime() + ANSWER_EXPECTED_MS);
  const [row] = await ctx.db
    .update(paymentOrder)
    .set({ state: "provider_started", request, dueAt })
    .where(and(eq(paymentOrder.id, order.id), inArray(paymentOrder.state, ["quoted", "ambiguous"])))
    .returning();
  return row ?? order;
}

const markAmbiguous = (ctx: Ctx, order: OrderRow) =>
  ctx.db
    .update(paymentOrder)
    .set({ state: "ambiguous" })
    .where(and(eq(paymentOrder.id, order.id), eq(paymentOrder.state, "provider_started")));

const ANSWER_EXPECTED_MS = 2 * 60_000;
