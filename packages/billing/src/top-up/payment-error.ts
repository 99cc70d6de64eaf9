import { err, type Nanos } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import type { RailError } from "./payment-rail.ts";

/** No rail is configured: nothing is sold. */
export type PaymentsNotConfigured = { kind: "payments_not_configured" };

/** The rail gave no answer: repeat the request with the same key. */
export type ProviderUnavailable = { kind: "provider_unavailable"; retryAfterSeconds: number };

/** The rail said no to what it was asked; nothing was charged. */
export type ProviderRefused = { kind: "provider_refused"; code: string | null; message: string };

/** Something that does not exist, or not for this customer. */
export type PaymentNotFound = {
  kind: "payment_not_found";
  what:
    | "plan"
    | "subscription"
    | "credit pack"
    | "checkout session"
    | "order"
    | "payment method"
    | "promotion"
    | "promotion code";
  id: string;
};

/** Every expected way in which money is not taken, kept or given back. */
export type PaymentError =
  | ResolveCustomerError
  | InvalidField
  | PaymentsNotConfigured
  | ProviderUnavailable
  | ProviderRefused
  | PaymentNotFound
  | { kind: "idempotency_conflict"; message: string }
  /** Auto top-up without a card to charge. */
  | { kind: "payment_method_required"; message: string }
  /** The card that auto top-up needs. */
  | { kind: "payment_method_in_use"; message: string }
  | {
      kind: "promotion_unusable";
      reason: "unknown" | "not_now" | "used_up" | "not_for_this";
      message: string;
    }
  /** Only a settled payment without an open dispute can be refunded. */
  | { kind: "not_refundable"; message: string }
  /** More than this purchase has left; `refundable` goes without debt. */
  | { kind: "refund_exceeds_unspent"; refundable: Nanos; debt: Nanos };

/** What a rail's failure means to whoever asked for something. */
export function fromRail(error: RailError): { ok: false; error: ProviderUnavailable | ProviderRefused } {
  switch (error.kind) {
    case "rail_unavailable":
    case "rail_unauthorized":
      return err({ kind: "provider_unavailable", retryAfterSeconds: 5 });
    case "rail_refused":
      return err({ kind: "provider_refused", code: error.code, message: error.message });
    case "rail_not_found":
    case "rail_key_conflict":
      return err({ kind: "provider_refused", code: error.kind, message: error.message });
  }
}
