import { err, formatUsd, must, type Nanos, nanos, ok, type Period, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { plan, recurringGrant } from "@ratebook/db/schema";
import { and, asc, eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { payerLabel, requireRail, resolvePayer } from "./payer.ts";
import { fromRail, type PaymentError } from "./payment-error.ts";
import { dollars, fromCents, invalidPurchase, readPurchaseLimits, toCents } from "./purchase-limits.ts";
import { ensureRailCustomer } from "./rail-customer.ts";
import { returnUrl, withOutcome } from "./return-url.ts";
import { CUSTOMER_KEY, PLAN_KEY } from "./subscription-invoice.ts";

/** A subscription that is sold, with what it includes. */
export type Plan = {
  id: string;
  slug: string;
  name: string;
  description: string;
  /** Paid every period. */
  price: Nanos;
  period: Period;
  /** Promotional credits of each period; they end with it. */
  included: Nanos;
  /** Left-over credits that live one period longer, at most. */
  rolloverCap: Nanos;
  active: boolean;
  sortOrder: number;
};

export type SavePlanInput = Omit<Plan, "id" | "rolloverCap" | "active" | "sortOrder"> & {
  rolloverCap?: Nanos | undefined;
  active?: boolean | undefined;
  sortOrder?: number | undefined;
};

type PlanRow = typeof plan.$inferSelect;

/** Plans in their order; those that are not sold only where `all` asks for them. At most 200. */
export async function listPlans(
  { db }: Pick<Ctx, "db">,
  { all = false }: { all?: boolean | undefined } = {},
): Promise<Plan[]> {
  const rows = await db
    .select()
    .from(plan)
    .where(all ? undefined : eq(plan.active, true))
    .orderBy(asc(plan.sortOrder), asc(plan.slug))
    .limit(200);
  return rows.map(shown);
}

/**
 * Makes a plan or changes it whole; its slug names it for ever. Whoever subscribed before keeps the price and the credits
 * that they subscribed to.
 */
export async function savePlan(
  ctx: Ctx,
  actor: Actor,
  input: SavePlanInput,
): Promise<Result<Plan, PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const invalid = invalidPurchase(input.price, await readPurchaseLimits(ctx), "price");
  if (invalid) return err(invalid);
  if (input.included <= 0n) {
    return err({ kind: "validation_error", field: "included", message: "must be more than 0" });
  }
  const now = ctx.clock();
  const values = {
    name: input.name,
    description: input.description,
    priceCents: toCents(input.price),
    period: input.period,
    includedNanos: input.included,
    rolloverCapNanos: input.rolloverCap ?? 0n,
    active: input.active ?? true,
    sortOrder: input.sortOrder ?? 0,
    updatedAt: now,
  };
  return inTransaction(ctx.db, async (tx) => {
    const [row] = await tx
      .insert(plan)
      .values({ id: ctx.newId(), slug: input.slug, createdAt: now, ...values })
      .onConflictDoUpdate({ target: plan.slug, set: values })
      .returning();
    const saved = shown(must(row, "a plan that was written is returned"));
    await recordAudit(ctx, tx, actor, {
      action: "plan.save",
      subject: saved.id,
      after: {
        ...saved,
        price: formatUsd(saved.price),
        included: formatUsd(saved.included),
        rolloverCap: formatUsd(saved.rolloverCap),
      },
    });
    return ok(saved);
  });
}

export type SubscribeInput = {
  customer?: string | undefined;
  /** Slug of a plan. */
  plan: string;
  successUrl?: string | undefined;
  cancelUrl?: string | undefined;
  /** Repeating it gives the same page. */
  idempotencyKey?: string | undefined;
};

/**
 * Opens the rail's page on which a customer subscribes to a plan. Nothing is granted by it: that happens with each
 * invoice of the subscription that is paid.
 */
export async function subscribeToPlan(
  ctx: Ctx,
  actor: Actor,
  input: SubscribeInput,
): Promise<Result<{ sessionId: string; url: string | null }, PaymentError>> {
  const payer = await resolvePayer(ctx, actor, input.customer);
  if (!payer.ok) return payer;
  const rail = requireRail(ctx);
  if (!rail.ok) return rail;
  const customerId = payer.value.id;
  const success = returnUrl(ctx, input.successUrl, "success_url");
  if (!success.ok) return success;
  const cancel = returnUrl(ctx, input.cancelUrl ?? input.successUrl, "cancel_url");
  if (!cancel.ok) return cancel;
  const [row] = await ctx.db.select().from(plan).where(eq(plan.slug, input.plan));
  if (row === undefined || !row.active)
    return err({ kind: "payment_not_found", what: "plan", id: input.plan });
  const [running] = await ctx.db
    .select({ id: recurringGrant.id, cancelledAt: recurringGrant.cancelledAt })
    .from(recurringGrant)
    .where(
      and(
        eq(recurringGrant.customerId, customerId),
        eq(recurringGrant.planId, row.id),
        eq(recurringGrant.active, true),
      ),
    );
  if (running !== undefined && running.cancelledAt === null) {
    return err({ kind: "validation_error", field: "plan", message: `${row.name} is subscribed to already` });
  }
  const railCustomer = await ensureRailCustomer(ctx, rail.value, customerId);
  if (!railCustomer.ok) return railCustomer;
  success.value.searchParams.set("subscribed", row.slug);
  const opened = await rail.value.openSubscription({
    customerId: railCustomer.value,
    amountCents: row.priceCents,
    period: row.period,
    title: `${row.name}: ${dollars(fromCents(row.priceCents))} a ${row.period}`,
    successUrl: success.value.href,
    cancelUrl: withOutcome(cancel.value, "canceled"),
    metadata: { [PLAN_KEY]: row.id, [CUSTOMER_KEY]: customerId },
    idempotencyKey: `subscribe:${customerId}:${input.idempotencyKey ?? ctx.newId()}`,
  });
  return opened.ok ? ok({ sessionId: opened.value.id, url: opened.value.url }) : fromRail(opened.error);
}

/**
 * Has a customer's plan renewed no more; what is paid for stays until its end. Cancelling again changes nothing.
 *
 * @param input `id` of the recurring grant that the plan gives
 */
export async function cancelPlan(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; id: string },
): Promise<Result<{ endsAt: Date | null }, PaymentError>> {
  const payer = await resolvePayer(ctx, actor, input.customer);
  if (!payer.ok) return payer;
  const rail = requireRail(ctx);
  if (!rail.ok) return rail;
  const [row] = await ctx.db
    .select()
    .from(recurringGrant)
    .where(and(eq(recurringGrant.id, input.id), eq(recurringGrant.customerId, payer.value.id)));
  if (row?.subscriptionId == null)
    return err({ kind: "payment_not_found", what: "subscription", id: input.id });
  if (row.cancelledAt !== null) return ok({ endsAt: row.latestEndsAt });
  const cancelled = await rail.value.cancelSubscription({
    subscriptionId: row.subscriptionId,
    idempotencyKey: `cancel:${row.id}`,
  });
  if (!cancelled.ok) return fromRail(cancelled.error);
  await inTransaction(ctx.db, async (tx) => {
    await tx.update(recurringGrant).set({ cancelledAt: ctx.clock() }).where(eq(recurringGrant.id, row.id));
    await recordAudit(ctx, tx, actor, {
      action: "plan.cancel",
      subject: row.id,
      customerId: row.customerId,
      after: { by: payerLabel(actor) },
    });
  });
  return ok({ endsAt: cancelled.value.endsAt ?? row.latestEndsAt });
}

const shown = (row: PlanRow): Plan => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  description: row.description,
  price: fromCents(row.priceCents),
  period: row.period,
  included: nanos(row.includedNanos),
  rolloverCap: nanos(row.rolloverCapNanos),
  active: row.active,
  sortOrder: row.sortOrder,
});
