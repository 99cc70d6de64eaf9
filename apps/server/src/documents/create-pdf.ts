import type { Pdf } from "@ratebook/billing";
import { drawInvoice } from "./draw-invoice.ts";
import { drawStatement } from "./draw-statement.ts";

/**
 * Draws documents on A4. The font is part of the file, because the fonts every PDF reader has of its own stop at Western
 * Europe: it has Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew and Arabic. It has no Chinese, Japanese, Korean, Thai
 * or Indian letters, which are drawn as empty boxes, and lines are set from left to right whatever the script.
 */
export function createPdf(): Pdf {
  return {
    invoice: (invoice) => collect(drawInvoice(invoice)),
    statement: (statement) => collect(drawStatement(statement)),
  };
}

function collect(pdf: PDFKit.PDFDocument): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    pdf.on("data", (part: Buffer) => parts.push(part));
    pdf.on("end", () => resolve(new Uint8Array(Buffer.concat(parts))));
    pdf.on("error", reject);
  });
}
