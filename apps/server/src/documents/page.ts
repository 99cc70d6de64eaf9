import { createRequire } from "node:module";
import PDFDocument from "pdfkit";
import { drawText, heightOfText } from "./draw-text.ts";

/**
 * An A4 page in the embedded font, with what a reader shows about the file.
 *
 * @param fonts for letters that font lacks, by name
 */
export function openDocument(
  facts: { title: string; author: string; createdAt: Date },
  fonts: ReadonlyMap<string, Uint8Array>,
): PDFKit.PDFDocument {
  const pdf = new PDFDocument({
    size: "A4",
    margin: MARGIN,
    font: REGULAR,
    lang: "en",
    displayTitle: true,
    info: { Title: facts.title, Author: facts.author, CreationDate: facts.createdAt },
  });
  for (const [name, font] of fonts) pdf.registerFont(name, Buffer.from(font));
  return pdf;
}

export type Party = {
  name: string;
  address: readonly string[];
  country: string | null;
  vatId: string | null;
  email: string | null;
};

/** A seller or a customer, one thing a line. */
export function drawParty(pdf: PDFKit.PDFDocument, title: string, party: Party): void {
  pdf.font(BOLD).text(title).font(REGULAR);
  const vat = party.vatId === null ? null : `VAT id: ${party.vatId}`;
  for (const line of [party.name, ...party.address, party.country, vat, party.email]) {
    if (line !== null) drawText(pdf, line, REGULAR);
  }
  pdf.moveDown(0.5);
}

/** A description that may wrap, and amounts in columns at the right edge of its first line. */
export function drawAmounts(
  pdf: PDFKit.PDFDocument,
  description: string,
  amounts: readonly string[],
  base: string = REGULAR,
): void {
  const amountsWidth = AMOUNT_WIDTH * amounts.length;
  const width = pdf.page.width - 2 * MARGIN - amountsWidth;
  const height = heightOfText(pdf, description, width);
  if (pdf.y + height > pdf.page.height - MARGIN) pdf.addPage();
  const { y } = pdf;
  drawText(pdf, description, base, { at: { x: MARGIN, y }, width });
  let below = pdf.y;
  for (const [column, amount] of amounts.entries()) {
    const left = MARGIN + width + column * AMOUNT_WIDTH;
    pdf.text(amount, left, y, { width: AMOUNT_WIDTH, align: "right" });
    below = Math.max(below, pdf.y);
  }
  pdf.x = MARGIN;
  pdf.y = below + LINE_GAP;
}

/** A thin line across the page. */
export function drawRule(pdf: PDFKit.PDFDocument): void {
  pdf
    .moveTo(MARGIN, pdf.y)
    .lineTo(pdf.page.width - MARGIN, pdf.y)
    .lineWidth(0.5)
    .stroke();
  pdf.y += LINE_GAP;
}

/** "2026-11-22", in UTC. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

const { resolve } = createRequire(import.meta.url);
export const REGULAR = resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf");
export const BOLD = resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf");
/** Points; 72 to an inch. */
export const MARGIN = 56;
const AMOUNT_WIDTH = 110;
const LINE_GAP = 4;
