import { z } from "zod";
import type { RailFact } from "./rail-event.ts";

const id = z.string();
const maybe = z.string().nullable();

/** An event's fact as it was kept; a test compares the kinds with those a rail tells. */
export const StoredFact: z.ZodType<RailFact> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("checkout"),
    state: z.enum(["completed", "async_payment_succeeded", "async_payment_failed", "expired"]),
    checkoutId: id,
    customerId: maybe,
    orderId: maybe,
    paymentId: maybe,
    setupId: maybe,
  }),
  z.object({
    kind: z.literal("payment"),
    state: z.enum(["succeeded", "failed", "requires_action", "processing", "canceled"]),
    paymentId: id,
    customerId: maybe,
    orderId: maybe,
  }),
  z.object({
    kind: z.literal("setup"),
    state: z.literal("succeeded"),
    setupId: id,
    customerId: maybe,
    cardId: maybe,
  }),
  z.object({
    kind: z.literal("card"),
    state: z.enum(["attached", "detached"]),
    cardId: id,
    customerId: maybe,
  }),
  z.object({ kind: z.literal("charge_refunded"), chargeId: id, paymentId: maybe, customerId: maybe }),
  z.object({
    kind: z.literal("refund"),
    state: z.enum(["created", "updated", "failed"]),
    refundId: id,
    chargeId: maybe,
    paymentId: maybe,
  }),
  z.object({
    kind: z.literal("dispute"),
    state: z.enum(["created", "updated", "funds_withdrawn", "funds_reinstated", "closed"]),
    disputeId: id,
    chargeId: id,
    paymentId: maybe,
  }),
  z.object({ kind: z.literal("fraud_warning"), warningId: id, chargeId: id, paymentId: maybe }),
  z.object({ kind: z.literal("customer_deleted"), customerId: id }),
  z.object({
    kind: z.literal("invoice"),
    state: z.string(),
    invoiceId: maybe,
    customerId: maybe,
    subscriptionId: maybe,
  }),
  z.object({
    kind: z.literal("subscription"),
    state: z.enum(["updated", "deleted"]),
    subscriptionId: id,
    renews: z.boolean(),
  }),
  z.object({ kind: z.literal("other") }),
]);
