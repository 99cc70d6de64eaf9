import { must } from "@ratebook/core";
import { paymentOrder, paymentRefund } from "@ratebook/db/schema";
import type { Ctx } from "../ctx.ts";

type OrderDraft = Partial<typeof paymentOrder.$inferInsert> & { customerId: string };

/** Writes an order as settlement leaves it, 50.00 USD by Stripe where nothing else is said. No credits are posted. */
export async function settledOrder(ctx: Pick<Ctx, "db" | "newId" | "clock">, draft: OrderDraft) {
  const id = ctx.newId();
  const [row] = await ctx.db
    .insert(paymentOrder)
    .values({
      id,
      clientKey: id,
      meaning: id,
      kind: "checkout",
      gateway: "stripe",
      test: draft.gateway === "sandbox",
      currency: "usd",
      amountCents: 5_000n,
      creditsNanos: 50_000_000_000n,
      title: "Growth pack",
      state: "settled",
      request: { ask: "nothing" },
      cardBrand: "visa",
      cardLastFour: "4242",
      createdAt: ctx.clock(),
      settledAt: ctx.clock(),
      ...draft,
    })
    .returning();
  return must(row, "an order that was written is returned");
}

/** Writes a refund of an order in a state of its own, and what the order says of it. */
export async function refundOf(
  ctx: Pick<Ctx, "db" | "newId" | "clock">,
  { id, customerId }: { id: string; customerId: string },
  { amountCents, state }: { amountCents: bigint; state: "requested" | "pending" | "succeeded" | "failed" },
): Promise<string> {
  const refundId = ctx.newId();
  await ctx.db.insert(paymentRefund).values({
    id: refundId,
    orderId: id,
    customerId,
    clientKey: refundId,
    amountCents,
    state,
    reason: "Unused",
    debtAllowed: false,
    requestedBy: "operator:test",
    createdAt: ctx.clock(),
  });
  return refundId;
}
