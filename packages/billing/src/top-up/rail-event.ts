/**
 * What a rail tells us, in our words. An event is a hint that something changed: it may come twice, late and in any
 * order, so a verb reads the object it names again before money moves.
 */
export type RailEvent = {
  /** Unique for ever; the key under which an event is kept once. */
  id: string;
  /** The rail's own name, for the record. */
  type: string;
  createdAt: Date;
  live: boolean;
} & RailFact;

export type RailFact =
  | {
      kind: "checkout";
      state: "completed" | "async_payment_succeeded" | "async_payment_failed" | "expired";
      checkoutId: string;
      customerId: string | null;
      orderId: string | null;
      paymentId: string | null;
      setupId: string | null;
    }
  | {
      kind: "payment";
      state: "succeeded" | "failed" | "requires_action" | "processing" | "canceled";
      paymentId: string;
      customerId: string | null;
      orderId: string | null;
    }
  | { kind: "setup"; state: "succeeded"; setupId: string; customerId: string | null; cardId: string | null }
  /** `customerId` of a detached card is whose it was. */
  | { kind: "card"; state: "attached" | "detached"; cardId: string; customerId: string | null }
  /** Something was refunded, in part or in full: list the payment's refunds. */
  | { kind: "charge_refunded"; chargeId: string; paymentId: string | null; customerId: string | null }
  | {
      kind: "refund";
      state: "created" | "updated" | "failed";
      refundId: string;
      chargeId: string | null;
      paymentId: string | null;
    }
  | {
      kind: "dispute";
      state: "created" | "updated" | "funds_withdrawn" | "funds_reinstated" | "closed";
      disputeId: string;
      chargeId: string;
      paymentId: string | null;
    }
  | { kind: "fraud_warning"; warningId: string; chargeId: string; paymentId: string | null }
  | { kind: "customer_deleted"; customerId: string }
  | {
      kind: "invoice";
      /** What follows `invoice.` in the rail's name, for example `paid` or `payment_failed`. */
      state: string;
      invoiceId: string | null;
      customerId: string | null;
      subscriptionId: string | null;
    }
  /** A subscription has ended, or will not be renewed. */
  | { kind: "subscription"; state: "updated" | "deleted"; subscriptionId: string; renews: boolean }
  /** Known to nobody here; kept and left alone. */
  | { kind: "other" };

export type WebhookRefusal =
  /** No secret is configured, so nothing can be believed. */
  | { kind: "webhook_not_configured" }
  | { kind: "webhook_unsigned" }
  | { kind: "webhook_signature_mismatch" }
  /** Signed more than 300 seconds ago. */
  | { kind: "webhook_too_old" }
  /** Signed more than 60 seconds from now. */
  | { kind: "webhook_in_future" }
  | { kind: "webhook_malformed"; message: string };
