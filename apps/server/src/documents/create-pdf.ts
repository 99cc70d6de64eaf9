import { createRequire } from "node:module";
import { documentDollars, type Invoice, type InvoiceLine, type Pdf } from "@ratebook/billing";
import { must, parseUsd } from "@ratebook/core";
import PDFDocument from "pdfkit";

/**
 * Draws documents on A4. The font is part of the file and has Latin, Greek and Cyrillic, because the fonts every PDF
 * reader has of its own stop at Western Europe.
 */
export function createPdf(): Pdf {
  return { invoice: (invoice) => collect(drawInvoice(invoice)) };
}

function drawInvoice(it: Invoice): PDFKit.PDFDocument {
  const pdf = new PDFDocument({
    size: "A4",
    margin: MARGIN,
    font: REGULAR,
    lang: "en",
    displayTitle: true,
    info: { Title: `${TITLES[it.kind]} ${it.number}`, Author: it.seller.name, CreationDate: it.issuedAt },
  });
  pdf.font(BOLD, 18).text(it.test ? `Test ${TITLES[it.kind].toLowerCase()}` : TITLES[it.kind]);
  pdf.font(REGULAR, 10);
  if (it.test) pdf.text("No real money was paid. This is not a document for your accounts.");
  pdf.moveDown();
  drawFacts(pdf, it);
  pdf.moveDown();
  drawParty(pdf, "Seller", it.seller);
  drawParty(pdf, "Customer", it.customer);
  pdf.moveDown();
  for (const line of it.lines) drawAmount(pdf, line.description, amountOf(line));
  drawRule(pdf);
  drawAmount(pdf, "Subtotal", documentDollars(it.net));
  for (const tax of it.taxes) drawAmount(pdf, tax.description, amountOf(tax));
  pdf.font(BOLD);
  drawAmount(pdf, "Total (USD)", documentDollars(it.total));
  pdf.font(REGULAR).moveDown().text(it.payment, MARGIN);
  pdf.text(`Credits: ${documentDollars(it.credits)}. One credit is one US dollar.`);
  if (it.seller.footer !== null) pdf.moveDown().fontSize(8).text(it.seller.footer);
  pdf.end();
  return pdf;
}

function drawFacts(pdf: PDFKit.PDFDocument, it: Invoice): void {
  pdf.text(`Number: ${it.number}`);
  pdf.text(`Date: ${dayOf(it.issuedAt)}`);
  pdf.text(`Paid on: ${dayOf(it.paidAt)}`);
  if (it.corrects !== null) pdf.text(`Corrects invoice: ${it.corrects}`);
}

type Party = Pick<Invoice["customer"], "name" | "address" | "country" | "vatId" | "email">;

function drawParty(pdf: PDFKit.PDFDocument, title: string, party: Party): void {
  pdf.font(BOLD).text(title).font(REGULAR);
  const vat = party.vatId === null ? null : `VAT id: ${party.vatId}`;
  for (const line of [party.name, ...party.address, party.country, vat, party.email]) {
    if (line !== null) pdf.text(line);
  }
  pdf.moveDown(0.5);
}

/** A description that may wrap, and its amount at the right edge of its first line. */
function drawAmount(pdf: PDFKit.PDFDocument, description: string, amount: string): void {
  const width = pdf.page.width - 2 * MARGIN;
  const height = pdf.heightOfString(description, { width: width - AMOUNT_WIDTH });
  if (pdf.y + height > pdf.page.height - MARGIN) pdf.addPage();
  const { y } = pdf;
  pdf.text(description, MARGIN, y, { width: width - AMOUNT_WIDTH });
  const below = pdf.y;
  pdf.text(amount, MARGIN + width - AMOUNT_WIDTH, y, { width: AMOUNT_WIDTH, align: "right" });
  pdf.x = MARGIN;
  pdf.y = Math.max(below, pdf.y) + LINE_GAP;
}

function drawRule(pdf: PDFKit.PDFDocument): void {
  pdf
    .moveTo(MARGIN, pdf.y)
    .lineTo(pdf.page.width - MARGIN, pdf.y)
    .lineWidth(0.5)
    .stroke();
  pdf.y += LINE_GAP;
}

/** The amount of a line of a stored document, which was written from nanos. */
function amountOf({ amount }: InvoiceLine): string {
  const read = parseUsd(amount, { negative: "allowed" });
  return documentDollars(must(read.ok ? read.value : null, "a document's amounts were written from nanos"));
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

function collect(pdf: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    pdf.on("data", (part: Buffer) => parts.push(part));
    pdf.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
    pdf.on("error", reject);
  });
}

const TITLES = {
  invoice: "Invoice",
  credit_note: "Credit note",
  reinstatement: "Corrected invoice",
} as const;
const { resolve } = createRequire(import.meta.url);
const REGULAR = resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
const BOLD = resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf");
/** Points; 72 to an inch. */
const MARGIN = 56;
const AMOUNT_WIDTH = 110;
const LINE_GAP = 4;
