import { documentDollars, type Position, type Statement } from "@ratebook/billing";
import { BOLD, dayOf, drawAmounts, drawParty, drawRule, MARGIN, openDocument, REGULAR } from "./page.ts";

/** A month's statement: opening balance, a line a kind of movement, closing balance, in credits and in debt. */
export function drawStatement(it: Statement, fonts: ReadonlyMap<string, Uint8Array>): PDFKit.PDFDocument {
  const title = `Statement ${it.month}`;
  const pdf = openDocument({ title, author: it.seller.name, createdAt: it.to }, fonts);
  pdf.font(BOLD, 18).text(title).font(REGULAR, 10);
  const last = new Date(it.to.getTime() - 1);
  pdf.text(`${dayOf(it.from)} to ${dayOf(last)}, in UTC. One credit is one US dollar.`);
  if (!it.complete) pdf.text(`The month is not over: this is what was posted until ${it.to.toISOString()}.`);
  pdf.moveDown();
  drawParty(pdf, "From", it.seller);
  drawParty(pdf, "For", it.customer);
  pdf.moveDown().fontSize(9).font(BOLD);
  drawAmounts(pdf, "", ["Credits (USD)", "Debt (USD)"], BOLD);
  drawAmounts(pdf, "Opening balance", columnsOf(it.opening), BOLD);
  pdf.font(REGULAR);
  drawRule(pdf);
  for (const line of it.lines) {
    drawAmounts(pdf, `${line.label} (${line.operations.toLocaleString("en")})`, columnsOf(line));
  }
  if (it.lines.length === 0) pdf.text("Nothing moved in this month.", MARGIN);
  drawRule(pdf);
  pdf.font(BOLD);
  drawAmounts(pdf, "Closing balance", columnsOf(it.closing), BOLD);
  pdf
    .font(REGULAR, 8)
    .moveDown()
    .text(
      "In brackets: how many operations a line adds up. Opening balance and lines add up to the closing balance.",
    );
  pdf.end();
  return pdf;
}

const columnsOf = ({ credits, debt }: Position): string[] => [
  documentDollars(credits),
  documentDollars(debt),
];
