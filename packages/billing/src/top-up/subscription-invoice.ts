import { must, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { plan as planTable, recurringGrant } from "@ratebook/db/schema";
import { eq, sql } from "drizzle-orm";
import { tellCustomer } from "../alerts/tell-customer.ts";
import type { Ctx } from "../ctx.ts";
import type { GrantOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import type { Posted } from "../ledger/post-outcome.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "../usage/meaning.ts";
import type { PaymentRail, RailError, RailInvoice } from "./payment-rail.ts";
import { fromCents } from "./purchase-limits.ts";
import type { RailFact } from "./rail-event.ts";
import { leftOf } from "./recurring-grants.ts";

type Outcome = { outcome: string; orderId: null };
type PlanRow = typeof recurringGrant.$inferSelect;

/**
 * Gives a plan's included credits when the invoice of its subscription was paid, once per invoice, until that period's
 * end; of what the period before left, as much rolls over as the plan allows. The credits come with the plan, so they are
 * promotional: what was paid is the plan.
 *
 * Needs no other event to have come first: an invoice tells whose subscription to which plan it is for.
 */
export async function grantForInvoice(
  ctx: Ctx,
  rail: PaymentRail,
  fact: Extract<RailFact, { kind: "invoice" }>,
): Promise<Result<Outcome, RailError>> {
  const recorded = ok<Outcome>({ outcome: "recorded", orderId: null });
  if (fact.invoiceId === null) return recorded;
  if (fact.state === "payment_failed" && fact.subscriptionId !== null)
    return tellOfFailure(ctx, rail, fact.invoiceId);
  if (!GRANTING.has(fact.state)) return recorded;
  const read = await rail.readInvoice(fact.invoiceId);
  if (!read.ok) {
    const unknown = { outcome: "ignored: invoice unknown", orderId: null };
    return read.error.kind === "rail_not_found" ? ok(unknown) : read;
  }
  const invoice = read.value;
  if (invoice.subscriptionId === null) return recorded;
  if (invoice.status !== "paid") return ok({ outcome: "not paid", orderId: null });
  const { subscriptionId } = invoice;
  return inTransaction(ctx.db, async (tx) => {
    await subscribe(ctx, tx, subscriptionId, invoice.subscriptionMetadata);
    const where = eq(recurringGrant.subscriptionId, subscriptionId);
    const [row] = await tx.select().from(recurringGrant).where(where).for("update");
    if (row === undefined) return ok({ outcome: "ignored: subscription unknown", orderId: null });
    // An operator took the plan away; what a customer cancelled was still paid for.
    if (!row.active && row.cancelledAt === null) return ok({ outcome: "the plan is off", orderId: null });
    const outcome = await grantPeriod(tx, rail, row, invoice, ctx.clock());
    if (outcome === GRANTED) {
      await tellCustomer(ctx, tx, row.customerId, {
        template: "plan_paid",
        key: `plan-paid:${rail.name}:${invoice.id}`,
        grantId: row.id,
        name: row.name,
        paid: fromCents(invoice.paidCents),
        credits: nanos(row.amountNanos),
        periodEnd: invoice.periodEnd,
        invoice: { number: invoice.number, url: invoice.hostedUrl },
      });
    }
    return ok({ outcome, orderId: null });
  });
}

/** Tells a customer, once an invoice, that its plan could not be charged. What was paid meanwhile is told of no more. */
async function tellOfFailure(
  ctx: Ctx,
  rail: PaymentRail,
  invoiceId: string,
): Promise<Result<Outcome, RailError>> {
  const read = await rail.readInvoice(invoiceId);
  if (!read.ok) {
    const unknown = { outcome: "ignored: invoice unknown", orderId: null };
    return read.error.kind === "rail_not_found" ? ok(unknown) : read;
  }
  const { subscriptionId, status, totalCents, hostedUrl } = read.value;
  if (subscriptionId === null || status !== "open") return ok({ outcome: "recorded", orderId: null });
  return inTransaction(ctx.db, async (tx) => {
    const where = eq(recurringGrant.subscriptionId, subscriptionId);
    const [row] = await tx.select().from(recurringGrant).where(where);
    // A first payment that fails is told on its page, and there is no plan yet.
    if (row === undefined || !row.active)
      return ok({ outcome: "ignored: subscription unknown", orderId: null });
    await tellCustomer(ctx, tx, row.customerId, {
      template: "plan_payment_failed",
      key: `plan-failed:${rail.name}:${invoiceId}`,
      grantId: row.id,
      name: row.name,
      amount: fromCents(totalCents),
      url: hostedUrl,
    });
    return ok({ outcome: "the customer was told that the plan's payment failed", orderId: null });
  });
}

/** A subscription that ended, or will: nothing is granted any more once it is over, and what was stays until its end. */
export async function endSubscription(
  ctx: Pick<Ctx, "db" | "clock">,
  { subscriptionId, state, renews }: Extract<RailFact, { kind: "subscription" }>,
): Promise<Outcome> {
  const ended = state === "deleted";
  const cancelledAt =
    renews && !ended
      ? null
      : sql`coalesce(${recurringGrant.cancelledAt}, ${ctx.clock().toISOString()}::timestamptz)`;
  const changed = await ctx.db
    .update(recurringGrant)
    .set({ cancelledAt, ...(ended && { active: false }) })
    .where(eq(recurringGrant.subscriptionId, subscriptionId))
    .returning({ id: recurringGrant.id });
  if (changed.length === 0) return { outcome: "ignored: subscription unknown", orderId: null };
  return { outcome: ended ? "the plan ended" : "the plan was noted", orderId: null };
}

/** Writes down who subscribed to which plan, where the rail says it and nobody did before. */
async function subscribe(
  ctx: Ctx,
  tx: Transaction,
  subscriptionId: string,
  metadata: RailInvoice["subscriptionMetadata"],
): Promise<void> {
  const { [PLAN_KEY]: planId, [CUSTOMER_KEY]: customerId } = metadata;
  if (planId === undefined || customerId === undefined || !UUID.test(planId) || !UUID.test(customerId))
    return;
  const [plan] = await tx.select().from(planTable).where(eq(planTable.id, planId));
  if (plan === undefined) return;
  const now = ctx.clock();
  await tx
    .insert(recurringGrant)
    .values({
      id: ctx.newId(),
      customerId,
      name: plan.name,
      amountNanos: plan.includedNanos,
      period: plan.period,
      rolloverCapNanos: plan.rolloverCapNanos,
      subscriptionId,
      planId,
      anchorAt: now,
      nextAt: null,
      active: true,
      createdAt: now,
    })
    .onConflictDoNothing();
}

async function grantPeriod(
  tx: Transaction,
  rail: PaymentRail,
  row: PlanRow,
  { id: invoiceId, periodStart, periodEnd }: RailInvoice,
  now: Date,
): Promise<string> {
  // Its credits would be gone already.
  if (periodEnd <= now) return "the period is over";
  const key = `${rail.name}:${invoiceId}`;
  const follows = row.latestEndsAt !== null && row.latestEndsAt <= now && row.latestEndsAt >= periodStart;
  const left =
    follows && row.latestGrantId !== null ? await leftOf(tx, row.customerId, row.latestGrantId, now) : 0n;
  const kept = left < row.rolloverCapNanos ? left : row.rolloverCapNanos;
  // Before the new ones, so that what lives for one more period only burns first.
  if (kept > 0n) await post(tx, row, `${key}:rollover`, kept, periodEnd, now);
  const granted = await post(tx, row, key, row.amountNanos, periodEnd, now);
  if (granted.kind === "replayed") return "the plan's credits were granted before";
  if (row.latestEndsAt === null || row.latestEndsAt < periodEnd) {
    await tx
      .update(recurringGrant)
      .set({ latestGrantId: granted.opId, latestEndsAt: periodEnd, granted: row.granted + 1 })
      .where(eq(recurringGrant.id, row.id));
  }
  return GRANTED;
}

async function post(
  tx: Transaction,
  row: PlanRow,
  key: string,
  amount: bigint,
  expiresAt: Date,
  now: Date,
): Promise<Posted & { kind: "done" | "replayed" }> {
  const op: GrantOp = {
    kind: "grant",
    account: row.customerId,
    opId: opId("recurring-grant", key),
    meaningHash: meaningHash({ operation: "grant", customerId: row.customerId, terms: `${row.id} ${key}` }),
    amount: nanos(amount),
    category: "promotional",
    contra: "promo",
    expiresAt,
    source: key.endsWith(":rollover") ? `${row.name}, left over` : row.name,
  };
  const [posted] = await postWithin(tx, [op], now);
  const outcome = must(posted, "one operation is answered once");
  if (outcome.kind === "done" || outcome.kind === "replayed") return outcome;
  throw new Error(`a plan's credits could not be posted: ${outcome.kind}`);
}

/** Under these names plan and customer stand on the rail's subscription. */
export const PLAN_KEY = "ratebook_plan";
export const CUSTOMER_KEY = "ratebook_customer";
const GRANTED = "the plan's credits were granted";
/** What may come when an invoice has been paid; whether it has been, the invoice itself tells. */
const GRANTING = new Set(["paid", "payment_succeeded", "updated"]);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
