import { nanos } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { recurringGrant } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "../usage/meaning.ts";
import type { PaymentRail } from "./payment-rail.ts";
import type { RailFact } from "./rail-event.ts";

/**
 * Gives a plan's included credits when the invoice of its subscription was paid, once per invoice, until that period's
 * end. The credits come with the plan, so they are promotional: what was paid is the plan.
 */
export async function grantForInvoice(
  ctx: Ctx,
  rail: PaymentRail,
  fact: Extract<RailFact, { kind: "invoice" }>,
): Promise<{ outcome: string; orderId: null }> {
  if (fact.state !== "paid" || fact.invoiceId === null || fact.subscriptionId === null) {
    return { outcome: "recorded", orderId: null };
  }
  const invoice = await rail.readInvoice(fact.invoiceId);
  if (!invoice.ok) {
    if (invoice.error.kind === "rail_not_found")
      return { outcome: "ignored: invoice unknown", orderId: null };
    throw new Error(`the invoice ${fact.invoiceId} could not be read: ${invoice.error.kind}`);
  }
  const { status, subscriptionId, periodEnd } = invoice.value;
  if (status !== "paid" || subscriptionId === null) return { outcome: "not paid", orderId: null };
  const where = and(eq(recurringGrant.subscriptionId, subscriptionId), eq(recurringGrant.active, true));
  const [plan] = await ctx.db.select().from(recurringGrant).where(where);
  if (plan === undefined || periodEnd <= ctx.clock()) return { outcome: "recorded", orderId: null };
  const outcome = await inTransaction(ctx.db, async (tx) => {
    const terms = `${plan.id} ${invoice.value.id}`;
    const [posted] = await postWithin(
      tx,
      [
        {
          kind: "grant",
          account: plan.customerId,
          opId: opId("recurring-grant", `${rail.name}:${invoice.value.id}`),
          meaningHash: meaningHash({ operation: "grant", customerId: plan.customerId, terms }),
          amount: nanos(plan.amountNanos),
          category: "promotional",
          contra: "promo",
          expiresAt: periodEnd,
          source: plan.name,
        },
      ],
      ctx.clock(),
    );
    return posted?.kind ?? "unavailable";
  });
  return { outcome: outcome === "done" ? "the plan's credits were granted" : outcome, orderId: null };
}
