import { fontOf, isThin } from "./fallback-fonts.ts";
import { textRuns } from "./text-runs.ts";

/** Draws what people wrote, in whatever script; the document's font is `base`. Positions are as pdfkit takes them. */
export function drawText(
  pdf: PDFKit.PDFDocument,
  text: string,
  base: string,
  { at, width }: { at?: { x: number; y: number }; width?: number } = {},
): void {
  const runs = textRuns(text, fontOf);
  const size = sizeOf(pdf);
  for (const [n, run] of runs.entries()) {
    const options: PDFKit.Mixins.TextOptions = {
      ...(width !== undefined && { width }),
      continued: n < runs.length - 1,
      // Every font on one line, whatever its own height.
      baseline: -size * BASE_ASCENT,
      // Some fonts come thin; an outline makes their stems as strong as those of the base.
      fill: true,
      stroke: run.font !== null && isThin(run.font),
      ...(run.shaped && { features: [] }),
    };
    pdf.font(run.font ?? base, size).lineWidth(size * MISSING_STEM);
    if (n === 0 && at !== undefined) pdf.text(run.text, at.x, at.y, options);
    else pdf.text(run.text, options);
  }
  pdf.font(base, size);
}

/** The height of a text as `drawText` draws it, or somewhat more: letters of other fonts are wider. */
export function heightOfText(pdf: PDFKit.PDFDocument, text: string, width: number): number {
  const wide = Array.from(text, (letter) => (fontOf(letter) === null ? letter : "W-")).join("");
  const lines = pdf.heightOfString(wide, { width });
  return wide === text ? lines : lines * TALLER;
}

/** pdfkit keeps it, and its types do not tell. */
const sizeOf = (pdf: PDFKit.PDFDocument): number =>
  "_fontSize" in pdf && typeof pdf._fontSize === "number" ? pdf._fontSize : 10;

/** Ems from the base font's baseline to its top. */
const BASE_ASCENT = 0.928;
/** Ems: a regular stem less a thin one. */
const MISSING_STEM = 0.045;
/** Lines of the fallback fonts against those of the base. */
const TALLER = 1.26;
