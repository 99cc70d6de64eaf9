import type { RailDispute, RailPayment, RailRefund } from "@ratebook/billing";
import { must } from "@ratebook/core";
import type Stripe from "stripe";
import { idOf, toCents, toDate } from "./cents.ts";

/** Where our order's id stands in the metadata of Stripe's objects. */
export const ORDER_KEY = "order_id";

/** A payment intent, best with its latest charge expanded; without it card, refunds and disputes are unknown. */
export function toPayment(intent: Stripe.PaymentIntent): RailPayment {
  const charge = typeof intent.latest_charge === "object" ? intent.latest_charge : null;
  const card = charge?.payment_method_details?.card;
  const declined = intent.last_payment_error;
  return {
    id: intent.id,
    status: statusOf(intent.status),
    amountCents: toCents(intent.amount),
    receivedCents: toCents(intent.amount_received),
    refundedCents: toCents(charge?.amount_refunded ?? 0),
    currency: intent.currency,
    customerId: idOf(intent.customer),
    orderId: intent.metadata[ORDER_KEY] ?? null,
    cardId: idOf(intent.payment_method),
    card: card ? { brand: card.brand ?? "card", lastFour: card.last4 ?? "" } : null,
    chargeId: idOf(intent.latest_charge),
    disputed: charge?.disputed ?? false,
    decline: declined && {
      code: declined.code ?? declined.type,
      declineCode: declined.decline_code ?? null,
      message: declined.message ?? "The card was declined.",
    },
    actionUrl: intent.next_action?.redirect_to_url?.url ?? null,
    metadata: intent.metadata,
    createdAt: toDate(intent.created),
    live: intent.livemode,
  };
}

export function toRefund(refund: Stripe.Refund): RailRefund {
  return {
    id: refund.id,
    paymentId: idOf(refund.payment_intent),
    chargeId: idOf(refund.charge),
    amountCents: toCents(refund.amount),
    currency: refund.currency,
    status: REFUND_STATES.find((state) => state === refund.status) ?? "pending",
    failureReason: refund.failure_reason ?? null,
    metadata: refund.metadata ?? {},
    createdAt: toDate(refund.created),
  };
}

export function toDispute(dispute: Stripe.Dispute): RailDispute {
  const moved = dispute.balance_transactions.reduce((sum, row) => sum + toCents(row.amount), 0n);
  return {
    id: dispute.id,
    paymentId: idOf(dispute.payment_intent),
    chargeId: must(idOf(dispute.charge), "a dispute is about a charge"),
    amountCents: toCents(dispute.amount),
    currency: dispute.currency,
    reason: dispute.reason,
    state: disputeState(dispute.status),
    withdrawnCents: moved === 0n ? 0n : -moved,
    createdAt: toDate(dispute.created),
  };
}

/** A status this version does not know is not an end: whoever sees `processing` keeps looking. */
function statusOf(status: Stripe.PaymentIntent.Status): RailPayment["status"] {
  return PAYMENT_STATES.find((known) => known === status) ?? "processing";
}

/** Statuses: https://docs.stripe.com/api/disputes/object#dispute_object-status, read 2026-11-22. */
function disputeState(status: Stripe.Dispute.Status): RailDispute["state"] {
  if (status === "won") return "won";
  if (status === "lost") return "lost";
  if (status === "prevented" || status === "warning_closed") return "prevented";
  return status.startsWith("warning_") ? "inquiry" : "open";
}

const PAYMENT_STATES = [
  "requires_payment_method",
  "requires_confirmation",
  "requires_action",
  "requires_capture",
  "processing",
  "canceled",
  "succeeded",
] as const satisfies readonly RailPayment["status"][];

const REFUND_STATES = [
  "pending",
  "requires_action",
  "succeeded",
  "failed",
  "canceled",
] as const satisfies readonly RailRefund["status"][];
