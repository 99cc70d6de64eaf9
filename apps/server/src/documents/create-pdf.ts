import type { Invoice, Pdf, Statement } from "@ratebook/billing";
import { drawInvoice } from "./draw-invoice.ts";
import { drawStatement } from "./draw-statement.ts";
import { fallbackFonts } from "./fallback-fonts.ts";

/**
 * Draws documents on A4. The font is part of the file, because the fonts every PDF reader has of its own stop at Western
 * Europe: it has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic. Chinese, Japanese, Korean, Thai and
 * Devanagari come from fonts beside it; other scripts are drawn as empty boxes. Every line begins at the left.
 */
export function createPdf(): Pdf {
  return {
    invoice: async (invoice) => collect(drawInvoice(invoice, await fallbackFonts(wordsOf(invoice)))),
    statement: async (statement) =>
      collect(drawStatement(statement, await fallbackFonts(wordsOf(statement)))),
  };
}

/** What people wrote that a document shows. */
function wordsOf(it: Invoice | Statement): string[] {
  const parties = [it.seller, it.customer].flatMap(({ name, address, country }) => [
    name,
    ...address,
    country ?? "",
  ]);
  if ("month" in it) return [...parties, ...it.lines.map(({ label }) => label)];
  const lines = [...it.lines, ...it.taxes].map(({ description }) => description);
  return [...parties, ...lines, it.payment, it.seller.footer ?? ""];
}

function collect(pdf: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    pdf.on("data", (part: Buffer) => parts.push(part));
    pdf.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
    pdf.on("error", reject);
  });
}
