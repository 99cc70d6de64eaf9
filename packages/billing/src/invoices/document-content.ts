import { formatUsd, must, nanos, parseUsd } from "@ratebook/core";
import type { TaxCalculation } from "../ports.ts";
import type { BillingDetails } from "./billing-details.ts";
import { documentDollars, type InvoiceLine, type InvoiceRow } from "./invoice.ts";
import type { Purchase } from "./purchase.ts";

/** What a document says of money. */
export type DocumentContent = Pick<
  InvoiceRow,
  "kind" | "netNanos" | "taxNanos" | "totalNanos" | "creditsNanos"
> & { lines: InvoiceLine[]; taxes: InvoiceLine[] };

/**
 * The invoice of a purchase: the credits at their net price, what came free of charge, the taxes on top; or what the
 * operator wrote into it.
 *
 * @param tax says what taxes are in the total; without one there are none
 * @throws where net and taxes are not what was paid, because an invoice over another amount would be wrong for ever
 */
export function invoiceContent(
  it: Purchase,
  { country, vatId }: Pick<BillingDetails, "country" | "vatId">,
  tax?: TaxCalculation,
): DocumentContent {
  const taxes =
    it.written === null ? (paidTaxes(it, { country, vatId }, tax) ?? []) : it.written.taxes.map(taxOf);
  const taxNanos = taxes.reduce((sum, { amount }) => sum + amount, 0n);
  if (it.net + taxNanos !== it.total) {
    throw new Error(`net and taxes of purchase ${it.id} do not add up to what was paid`);
  }
  const sold = `${it.title} (${documentDollars(it.credits)} of credits)`;
  const bonus = `Bonus: ${documentDollars(it.bonus)} of credits, free of charge`;
  return {
    kind: "invoice",
    netNanos: it.net,
    taxNanos,
    totalNanos: it.total,
    creditsNanos: it.credits + it.bonus,
    lines: it.written?.lines ?? [lineOf(sold, it.net), ...(it.bonus > 0n ? [lineOf(bonus, 0n)] : [])],
    taxes: taxes.map(({ label, amount }) => lineOf(label, amount)),
  };
}

/**
 * What the next correction of an invoice says: the difference between what the documents so far leave of it and what was
 * kept of the payment. Null where there is none. Shares are taken of the whole and rounded down, so that a purchase that
 * was returned in parts and one returned at once end at the same zero.
 */
export function correctionContent(
  { returned, title, voided }: Pick<Purchase, "returned" | "title" | "voided">,
  invoice: InvoiceRow,
  documents: readonly InvoiceRow[],
): DocumentContent | null {
  const kept = (whole: bigint): bigint => whole - (whole * returned) / invoice.totalNanos;
  const change = (field: "netNanos" | "totalNanos" | "creditsNanos"): bigint =>
    kept(invoice[field]) - documents.reduce((sum, document) => sum + document[field], 0n);
  const totalNanos = change("totalNanos");
  if (totalNanos === 0n) return null;
  const netNanos = change("netNanos");
  const taxNanos = totalNanos - netNanos;
  const back = totalNanos < 0n;
  const what = voided ? "Cancelled:" : back ? "Returned of" : "Charged again for";
  return {
    kind: back ? "credit_note" : "reinstatement",
    netNanos,
    taxNanos,
    totalNanos,
    creditsNanos: change("creditsNanos"),
    lines: [lineOf(`${what} invoice ${invoice.number}: ${title}`, netNanos)],
    taxes: taxNanos === 0n ? [] : [lineOf("Tax", taxNanos)],
  };
}

const paidTaxes = (
  it: Purchase,
  { country, vatId }: Pick<BillingDetails, "country" | "vatId">,
  tax: TaxCalculation | undefined,
) =>
  tax?.({
    net: nanos(it.net),
    total: nanos(it.total),
    country,
    vatId,
    paidAt: must(it.paidAt, "a purchase that nobody wrote an invoice for was paid"),
  });

function taxOf({ description, amount }: InvoiceLine) {
  const read = parseUsd(amount);
  return { label: description, amount: must(read.ok ? read.value : null, "taxes are stored as exact text") };
}

const lineOf = (description: string, amount: bigint): InvoiceLine => ({
  description,
  amount: formatUsd(nanos(amount)),
});
