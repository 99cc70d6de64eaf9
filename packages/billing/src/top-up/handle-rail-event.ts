import { err, must, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { paymentEvent, paymentOrder, railCustomer, savedCard } from "@ratebook/db/schema";
import { and, eq, or } from "drizzle-orm";
import type { Notice } from "../alerts/customer-notice.ts";
import { tellCustomer } from "../alerts/tell-customer.ts";
import type { Ctx } from "../ctx.ts";
import { failOrder } from "./fail-order.ts";
import { passFailpoint } from "./failpoint.ts";
import { freeze } from "./freeze-auto-top-up.ts";
import type { OrderRow } from "./order.ts";
import type { PaymentRail, RailError } from "./payment-rail.ts";
import { fromCents } from "./purchase-limits.ts";
import type { RailFact } from "./rail-event.ts";
import { settleOrder } from "./settle-order.ts";
import { StoredFact } from "./stored-fact.ts";
import { endSubscription, grantForInvoice } from "./subscription-invoice.ts";
import { syncCards } from "./sync-cards.ts";

type Handled = { outcome: string; orderId: string | null };

/**
 * Does what a kept event asks for, by reading the objects it names again. Doing it twice, late or out of order changes
 * nothing more.
 *
 * @returns the rail's failure where it could not be asked: the event stays open and the job is tried again
 */
export async function handleRailEvent(
  ctx: Ctx,
  rail: PaymentRail,
  { eventId }: { eventId: string },
): Promise<Result<Handled, RailError>> {
  const where = and(eq(paymentEvent.gateway, rail.name), eq(paymentEvent.eventId, eventId));
  const [event] = await ctx.db.select().from(paymentEvent).where(where);
  if (event === undefined) return ok({ outcome: "unknown", orderId: null });
  if (event.handledAt !== null) return ok({ outcome: event.outcome ?? "handled", orderId: event.orderId });
  const handled = await handleFact(ctx, rail, StoredFact.parse(event.fact));
  if (!handled.ok) return handled;
  const { outcome, orderId } = handled.value;
  passFailpoint(ctx, "event.done");
  await ctx.db.update(paymentEvent).set({ handledAt: ctx.clock(), outcome, orderId }).where(where);
  return handled;
}

async function handleFact(ctx: Ctx, rail: PaymentRail, fact: RailFact): Promise<Result<Handled, RailError>> {
  switch (fact.kind) {
    case "checkout":
      return handleCheckout(ctx, rail, fact.checkoutId);
    case "payment":
      return settleByPayment(ctx, rail, fact.paymentId);
    case "charge_refunded":
    case "refund":
    case "dispute":
      return settleByPayment(ctx, rail, fact.paymentId);
    case "fraud_warning":
      return handleWarning(ctx, rail, fact);
    case "setup":
    case "card":
      return handleCards(ctx, rail, fact.customerId);
    case "customer_deleted":
      return forgetCustomer(ctx, rail, fact.customerId);
    case "invoice":
      return grantForInvoice(ctx, rail, fact);
    case "subscription":
      return ok(await endSubscription(ctx, fact));
    case "other":
      return ok({ outcome: "recorded", orderId: null });
  }
}

/** A page was completed, paid later, or expired: brings its order to where the page is. */
export async function handleCheckout(
  ctx: Ctx,
  rail: PaymentRail,
  checkoutId: string,
): Promise<Result<Handled, RailError>> {
  const page = await rail.readCheckout(checkoutId);
  if (!page.ok) return page.error.kind === "rail_not_found" ? ok(ignored("checkout")) : page;
  const { value } = page;
  if (value.customerId !== null && value.mode !== "subscription")
    await syncByRailId(ctx, rail, value.customerId);
  if (value.mode !== "payment") return ok({ outcome: "cards were read", orderId: null });
  const order = await findOrder(ctx, rail, { orderId: value.orderId, checkoutId });
  if (order === null) return ok(ignored("order"));
  if (value.invoiceId !== null && order.railInvoiceId === null) {
    await ctx.db
      .update(paymentOrder)
      .set({ railInvoiceId: value.invoiceId })
      .where(eq(paymentOrder.id, order.id));
  }
  if (value.paymentId !== null) {
    const after = await settleOrder(ctx, rail, order.id, value.paymentId);
    if (!after.ok || after.value.state === "settled") return settled(after);
    const paying = value.status === "complete" ? await isStillPaying(rail, value.paymentId) : ok(false);
    if (!paying.ok) return paying;
    if (paying.value) return settled(after);
  }
  if (value.status !== "open") {
    const reason = ENDINGS[value.status];
    const left = value.status === "complete";
    await inTransaction(ctx.db, async (tx) => {
      const failed = await failOrder(tx, order.id, reason, ctx.clock());
      // Whoever closed the page knows; whoever paid by it and left thinks that credits are on their way.
      if (failed && left) await tellCustomer(ctx, tx, order.customerId, failedNotice(order, reason.message));
    });
  }
  return ok({ outcome: value.status, orderId: order.id });
}

const failedNotice = ({ id, title, amountCents }: OrderRow, reason: string): Notice => ({
  template: "purchase_failed",
  key: `failed:${id}`,
  orderId: id,
  title,
  amount: fromCents(amountCents),
  reason,
});

/** A completed page takes no other card: a payment that was refused after it will never come. */
async function isStillPaying(rail: PaymentRail, paymentId: string): Promise<Result<boolean, RailError>> {
  const payment = await rail.readPayment(paymentId);
  if (!payment.ok) return payment;
  return ok(payment.value.status !== "requires_payment_method" && payment.value.status !== "canceled");
}

const ENDINGS = {
  complete: { code: "payment_failed", message: "The bank did not send the money." },
  expired: { code: "expired", message: "The page was left before anything was paid." },
} as const;

async function settleByPayment(
  ctx: Ctx,
  rail: PaymentRail,
  paymentId: string | null,
): Promise<Result<Handled, RailError>> {
  if (paymentId === null) return ok(ignored("payment"));
  const payment = await rail.readPayment(paymentId);
  if (!payment.ok) return payment.error.kind === "rail_not_found" ? ok(ignored("payment")) : payment;
  const order = await findOrder(ctx, rail, { orderId: payment.value.orderId, paymentId });
  if (order === null) return ok(ignored("order"));
  return settled(await settleOrder(ctx, rail, order.id, paymentId));
}

/** The bank expects fraud: nothing more is charged by itself. */
async function handleWarning(
  ctx: Ctx,
  rail: PaymentRail,
  { warningId, paymentId }: Extract<RailFact, { kind: "fraud_warning" }>,
): Promise<Result<Handled, RailError>> {
  if (paymentId === null) return ok(ignored("payment"));
  const payment = await rail.readPayment(paymentId);
  if (!payment.ok) return payment.error.kind === "rail_not_found" ? ok(ignored("payment")) : payment;
  const order = await findOrder(ctx, rail, { orderId: payment.value.orderId, paymentId });
  if (order === null) return ok(ignored("order"));
  await inTransaction(ctx.db, (tx) => freeze(ctx, tx, order.customerId, `fraud_warning:${warningId}`, true));
  return ok({ outcome: "auto top-up was frozen", orderId: order.id });
}

async function handleCards(
  ctx: Ctx,
  rail: PaymentRail,
  railId: string | null,
): Promise<Result<Handled, RailError>> {
  if (railId === null) return ok(ignored("customer"));
  const synced = await syncByRailId(ctx, rail, railId);
  if (!synced.ok) return synced;
  return ok({ outcome: synced.value ? "cards were read" : "ignored: customer", orderId: null });
}

/** False where nobody here is that customer. */
async function syncByRailId(
  ctx: Ctx,
  rail: PaymentRail,
  railId: string,
): Promise<Result<boolean, RailError>> {
  const where = and(eq(railCustomer.gateway, rail.name), eq(railCustomer.railId, railId));
  const [row] = await ctx.db.select().from(railCustomer).where(where);
  if (row === undefined) return ok(false);
  const synced = await syncCards(ctx, rail, { customerId: row.customerId, railId });
  return synced.ok ? ok(true) : synced;
}

async function forgetCustomer(
  ctx: Ctx,
  rail: PaymentRail,
  railId: string,
): Promise<Result<Handled, RailError>> {
  return inTransaction(ctx.db, async (tx) => {
    const [gone] = await tx
      .update(railCustomer)
      .set({ deletedAt: ctx.clock() })
      .where(and(eq(railCustomer.gateway, rail.name), eq(railCustomer.railId, railId)))
      .returning();
    if (gone === undefined) return ok(ignored("customer"));
    await tx
      .delete(savedCard)
      .where(and(eq(savedCard.gateway, rail.name), eq(savedCard.customerId, gone.customerId)));
    return ok({ outcome: "the customer's cards were forgotten", orderId: null });
  });
}

/** Our order of a rail's object: by the id it carries, or by what we know of it. Always one of this rail. */
async function findOrder(
  ctx: Ctx,
  rail: PaymentRail,
  by: { orderId: string | null; checkoutId?: string; paymentId?: string },
): Promise<OrderRow | null> {
  const named = by.orderId !== null && UUID.test(by.orderId) ? by.orderId : null;
  const [row] = await ctx.db
    .select()
    .from(paymentOrder)
    .where(
      and(
        eq(paymentOrder.gateway, rail.name),
        or(
          named === null ? undefined : eq(paymentOrder.id, named),
          by.checkoutId === undefined ? undefined : eq(paymentOrder.checkoutId, by.checkoutId),
          by.paymentId === undefined ? undefined : eq(paymentOrder.paymentId, by.paymentId),
        ),
      ),
    );
  return row ?? null;
}

function settled(result: Result<OrderRow, RailError>): Result<Handled, RailError> {
  if (!result.ok) return err(result.error);
  const order = must(result.value, "a settled order is answered");
  return ok({
    outcome: order.mismatch === null ? order.state : `mismatch: ${order.mismatch}`,
    orderId: order.id,
  });
}

const ignored = (what: string): Handled => ({ outcome: `ignored: ${what} unknown`, orderId: null });
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
