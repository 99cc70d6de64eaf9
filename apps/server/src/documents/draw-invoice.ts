import { documentDollars, type Invoice, type InvoiceLine } from "@ratebook/billing";
import { must, parseUsd } from "@ratebook/core";
import { drawText } from "./draw-text.ts";
import { BOLD, dayOf, drawAmounts, drawParty, drawRule, MARGIN, openDocument, REGULAR } from "./page.ts";

/** An invoice, or the credit note or reinstatement that corrects one. */
export function drawInvoice(it: Invoice, fonts: ReadonlyMap<string, Uint8Array>): PDFKit.PDFDocument {
  const title = `${TITLES[it.kind]} ${it.number}`;
  const pdf = openDocument({ title, author: it.seller.name, createdAt: it.issuedAt }, fonts);
  pdf.font(BOLD, 18).text(it.test ? `Test ${TITLES[it.kind].toLowerCase()}` : TITLES[it.kind]);
  pdf.font(REGULAR, 10);
  if (it.test) pdf.text("No real money was paid. This is not a document for your accounts.");
  pdf.moveDown();
  drawFacts(pdf, it);
  pdf.moveDown();
  drawParty(pdf, "Seller", it.seller);
  drawParty(pdf, "Customer", it.customer);
  pdf.moveDown();
  for (const line of it.lines) drawAmounts(pdf, line.description, [amountOf(line)]);
  drawRule(pdf);
  drawAmounts(pdf, "Subtotal", [documentDollars(it.net)]);
  for (const tax of it.taxes) drawAmounts(pdf, tax.description, [amountOf(tax)]);
  pdf.font(BOLD);
  drawAmounts(pdf, "Total (USD)", [documentDollars(it.total)], BOLD);
  pdf.font(REGULAR).moveDown();
  drawText(pdf, it.payment, REGULAR, { at: { x: MARGIN, y: pdf.y } });
  pdf.text(creditsSentence(it));
  if (it.seller.footer !== null) drawText(pdf.moveDown().fontSize(8), it.seller.footer, REGULAR);
  pdf.end();
  return pdf;
}

function drawFacts(pdf: PDFKit.PDFDocument, it: Invoice): void {
  pdf.text(`Number: ${it.number}`);
  pdf.text(`Date: ${dayOf(it.issuedAt)}`);
  if (it.paidAt !== null) pdf.text(`Paid on: ${dayOf(it.paidAt)}`);
  else if (it.dueAt !== null) pdf.text(`Due on: ${dayOf(it.dueAt)}`);
  if (it.corrects !== null) pdf.text(`Corrects invoice: ${it.corrects}`);
}

/** An invoice that is paid later promises its credits; one that is cancelled gave none. */
function creditsSentence({ credits, paidAt }: Invoice): string {
  const amount = documentDollars(credits);
  if (paidAt !== null) return `Credits: ${amount}. One credit is one US dollar.`;
  return credits > 0n
    ? `${amount} of credits are added when it is paid. One credit is one US dollar.`
    : "No credits were given for it.";
}

/** The amount of a line of a stored document, which was written from nanos. */
function amountOf({ amount }: InvoiceLine): string {
  const read = parseUsd(amount, { negative: "allowed" });
  return documentDollars(must(read.ok ? read.value : null, "a document's amounts were written from nanos"));
}

const TITLES = {
  invoice: "Invoice",
  credit_note: "Credit note",
  reinstatement: "Corrected invoice",
} as const;
