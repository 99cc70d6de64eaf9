import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { paymentOrder } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readStanding } from "../usage/get-balance.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import { type Order, orderOf } from "./order.ts";
import type { PaymentError } from "./payment-error.ts";

export type VerifiedSession = {
  /** True once the credits are in the wallet. */
  settled: boolean;
  order: Order;
  amount: Nanos;
  /** Bonus included; 0 until settled. */
  creditsAdded: Nanos;
  balance: Nanos;
};

/**
 * Tells what became of a checkout. It never credits anything: a page that a customer can call must not.
 *
 * @returns `access_denied` for a session of another customer, whatever its state
 */
export async function verifySession(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; sessionId: string },
): Promise<Result<VerifiedSession, PaymentError>> {
  const [row] = await ctx.db
    .select()
    .from(paymentOrder)
    .where(eq(paymentOrder.checkoutId, input.sessionId))
    .limit(1);
  const platform = actor.kind === "operator" || actor.kind === "service" || actor.kind === "system";
  const named = input.customer ?? (platform ? row?.customerId : undefined);
  if (named === undefined && platform) {
    return err({ kind: "payment_not_found", what: "checkout session", id: input.sessionId });
  }
  const customer = await resolveReadable(ctx, actor, named);
  if (!customer.ok) return customer;
  if (row === undefined) {
    return err({ kind: "payment_not_found", what: "checkout session", id: input.sessionId });
  }
  if (row.customerId !== customer.value.id) {
    return err({ kind: "access_denied", message: "This checkout session belongs to another customer." });
  }
  const settled = row.state === "settled";
  const { balance } = await readStanding(ctx, row.customerId);
  const order = orderOf(row);
  const creditsAdded = nanos(settled ? row.creditsNanos + row.bonusNanos : 0n);
  return ok({ settled, order, amount: order.amount, creditsAdded, balance });
}
