import { formatUsd, NANOS_PER_CENT, type Nanos, nanos } from "@ratebook/core";
import type { invoice } from "@ratebook/db/schema";
import { z } from "zod";
import { BillingDetails } from "./billing-details.ts";
import { Seller } from "./seller.ts";

export type InvoiceRow = typeof invoice.$inferSelect;

/** Amounts are decimal text, so that json keeps every digit. */
export const InvoiceLine = z.strictObject({ description: z.string(), amount: z.string() });
export type InvoiceLine = z.infer<typeof InvoiceLine>;

/** A document as doors and pages show it. */
export type Invoice = {
  id: string;
  kind: "invoice" | "credit_note" | "reinstatement";
  number: string;
  /** True: of a purchase that nobody paid with real money. */
  test: boolean;
  customerId: string;
  purchaseId: string;
  purchaseKind: "checkout" | "auto_top_up" | "subscription" | "x402" | "invoice";
  /** Whether its purchase is paid, as of now; only what the operator invoiced can be anything else. */
  standing: "open" | "paid" | "void";
  /** The number of the invoice that this document corrects; null on an invoice. */
  corrects: string | null;
  railInvoiceId: string | null;
  net: Nanos;
  tax: Nanos;
  total: Nanos;
  /** Credits that came with it, bonus included; below 0 on a credit note. */
  credits: Nanos;
  /** What of it was credited back by later documents, as of now. */
  creditedBack: Nanos;
  seller: Seller;
  customer: BillingDetails;
  lines: InvoiceLine[];
  /** Of the whole document. */
  taxes: InvoiceLine[];
  payment: string;
  /** As the document says; null where it was issued before it was paid. */
  paidAt: Date | null;
  dueAt: Date | null;
  issuedAt: Date;
};

/** A document's row, with what only other rows of its purchase tell. */
export const invoiceOf = (
  row: InvoiceRow,
  {
    corrects,
    creditedBack,
    standing,
  }: { corrects: string | null; creditedBack: bigint; standing: Invoice["standing"] },
): Invoice => ({
  id: row.id,
  kind: row.kind,
  number: row.number,
  test: row.test,
  customerId: row.customerId,
  purchaseId: row.purchaseId,
  purchaseKind: row.purchaseKind,
  standing,
  corrects,
  railInvoiceId: row.railInvoiceId,
  net: nanos(row.netNanos),
  tax: nanos(row.taxNanos),
  total: nanos(row.totalNanos),
  credits: nanos(row.creditsNanos),
  creditedBack: nanos(creditedBack),
  seller: Seller.parse(row.sellerDetails),
  customer: BillingDetails.parse(row.customerDetails),
  lines: z.array(InvoiceLine).parse(row.lines),
  taxes: z.array(InvoiceLine).parse(row.taxes),
  payment: row.payment,
  paidAt: row.paidAt,
  dueAt: row.dueAt,
  issuedAt: row.issuedAt,
});

/** "$50.00", "-$0.123456": dollars as documents write them, with at least two places and no digit lost. */
export function documentDollars(amount: bigint): string {
  const positive = nanos(amount < 0n ? -amount : amount);
  const text = formatUsd(positive);
  const whole = positive % NANOS_PER_CENT === 0n ? padCents(text) : text;
  return `${amount < 0n ? "-" : ""}$${whole}`;
}

function padCents(text: string): string {
  const [dollars = "0", cents = ""] = text.split(".");
  return `${dollars}.${cents.padEnd(2, "0")}`;
}
