import { type Nanos, nanos } from "@ratebook/core";
import type { customInvoice } from "@ratebook/db/schema";
import { z } from "zod";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import { InvoiceLine } from "../invoices/invoice.ts";
import { opId } from "../ledger/op-id.ts";
import type { InvalidField } from "../usage/usage-error.ts";

export type CustomInvoiceRow = typeof customInvoice.$inferSelect;

/** An invoice of the operator's own, as doors and pages show it. */
export type CustomInvoice = {
  id: string;
  customerId: string;
  title: string;
  lines: InvoiceLine[];
  taxes: InvoiceLine[];
  /** The credits that its payment gives. */
  net: Nanos;
  total: Nanos;
  reference: string | null;
  dueAt: Date;
  state: "open" | "paid" | "void";
  paidAt: Date | null;
  /** Of the total, what was given back. */
  refunded: Nanos;
  /** Credits taken back for it, debt included. */
  takenBack: Nanos;
  issuedBy: string;
  createdAt: Date;
};

/** Every expected way in which an invoice is not issued, paid, cancelled or refunded. */
export type CustomInvoiceError =
  | ResolveCustomerError
  | InvalidField
  | { kind: "custom_invoice_not_found"; id: string }
  /** It is in another state than that needs. */
  | { kind: "custom_invoice_state"; message: string }
  | { kind: "idempotency_conflict"; message: string }
  /** More than its credits have left; `refundable` of the total goes without debt. */
  | { kind: "refund_exceeds_unspent"; refundable: Nanos; debt: Nanos };

export const customInvoiceOf = (row: CustomInvoiceRow): CustomInvoice => ({
  id: row.id,
  customerId: row.customerId,
  title: row.title,
  lines: z.array(InvoiceLine).parse(row.lines),
  taxes: z.array(InvoiceLine).parse(row.taxes),
  net: nanos(row.netNanos),
  total: nanos(row.totalNanos),
  reference: row.reference,
  dueAt: row.dueAt,
  state: row.state,
  paidAt: row.paidAt,
  refunded: nanos(row.refundedNanos),
  takenBack: nanos(row.takenNanos),
  issuedBy: row.issuedBy,
  createdAt: row.createdAt,
});

/** The ledger's operation of the payment; the grant has the same id. */
export const paymentOpId = (id: string): string => opId("custom-invoice", `${id}:payment`);
