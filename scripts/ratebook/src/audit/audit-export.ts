import { type Ctx, upstreamOffering } from "@ratebook/billing";
import { type CsvRecord, type Nanos, nanos, readCsvStream } from "@ratebook/core";
import { streamNamedText } from "../read-file.ts";
import { CannotDo } from "../sentence.ts";
import type { ExportDocument, ExportRow } from "./export-format.ts";
import { createListPrices } from "./list-price.ts";
import { type Audit, type AuditEntry, createTally } from "./tally.ts";

/**
 * Compares a provider's exports with the catalogue, by model: what was billed with what the usage costs at list on its
 * day. Usage and costs may stand in one file or in two; a model's day is compared where both are told.
 *
 * Files are read row by row and never whole in memory. A day's usage is priced by what was active at its end, or now
 * where it is not over.
 *
 * @param documentOf knows a document by its header, or throws the sentence that says why not
 * @throws CannotDo naming the file that is no CSV, or not UTF-8
 */
export async function auditExport(
  ctx: Pick<Ctx, "sql" | "catalogue" | "clock">,
  files: readonly string[],
  documentOf: (header: CsvRecord) => ExportDocument,
  prices: "then" | "now",
  onProgress: (records: number) => void = () => {},
): Promise<Audit> {
  const documents = await Promise.all(
    files.map(async (file) => ({ file, tells: documentOf(await headerOf(file)).tells })),
  );
  // Where a file tells all usage, quantities beside costs would count it twice.
  const costsOnly = documents.some(({ tells }) => tells === "usage");
  const tally = createTally();
  const days = createModelDays(ctx, prices);
  for (const { file } of documents) {
    let document: ExportDocument | null = null;
    for await (const record of records(file)) {
      if (document === null) {
        document = documentOf(record);
        continue;
      }
      const count = tally.count();
      if (count % 100_000 === 0) onProgress(count);
      const row = document.read(record);
      if (!row.ok) tally.refuse(`${file}, line ${record.line}`, row.error);
      else if (row.value === null) tally.skip("periods without usage");
      else {
        const isBoth = document.tells === "both";
        // Beside rows that tell their usage, one that tells none is a charge of its own.
        if (isBoth && !costsOnly && row.value.usage === null)
          tally.add(days.unexplained(document, row.value));
        else await days.add(document, costsOnly && isBoth ? { ...row.value, usage: null } : row.value);
      }
    }
  }
  for (const { offering, rows, billed, list, unpriced } of days.all()) {
    const isUsed = list !== null && unpriced === null;
    tally.add({ offering, count: rows, logged: billed, list: isUsed ? list : null, unpriced });
  }
  return tally.done();
}

type ModelDay = {
  offering: string;
  rows: number;
  billed: Nanos | null;
  list: Nanos | null;
  unpriced: string | null;
};

/** Sums of each model and day; there are as many as models times days, however long a file is. */
function createModelDays(ctx: Pick<Ctx, "sql" | "catalogue" | "clock">, prices: "then" | "now") {
  const listPrice = createListPrices(ctx);
  const days = new Map<string, ModelDay>();
  const offerings = new Map<string, string>();
  const now = ctx.clock();
  const offeringOf = ({ provider, models }: ExportDocument, model: string): string => {
    const spelling = `${provider}/${model}`;
    const offering = offerings.get(spelling) ?? upstreamOffering(ctx, provider, models, model).offering;
    offerings.set(spelling, offering);
    return offering;
  };
  return {
    all: () => days.values(),
    unexplained: (document: ExportDocument, { model, amount }: ExportRow): AuditEntry => ({
      offering: offeringOf(document, model),
      count: 1,
      logged: amount,
      list: null,
      unpriced: null,
    }),
    add: async (document: ExportDocument, { day, model, amount, usage }: ExportRow) => {
      const offering = offeringOf(document, model);
      const key = `${day} ${offering}`;
      const sums = days.get(key) ?? { offering, rows: 0, billed: null, list: null, unpriced: null };
      days.set(key, sums);
      sums.rows += 1;
      if (amount !== null) sums.billed = nanos((sums.billed ?? 0n) + amount);
      if (usage === null) return;
      const end = new Date(Date.parse(day) + DAY_MS - 1);
      const priced = await listPrice(offering, usage, prices === "now" || end > now ? now : end);
      if (priced.ok) sums.list = nanos((sums.list ?? 0n) + priced.list);
      else sums.unpriced ??= priced.reason;
    },
  };
}

async function headerOf(file: string): Promise<CsvRecord> {
  for await (const record of records(file)) return record;
  throw new CannotDo(`${file} is empty.`);
}

/** The records of a CSV file, the header first. */
async function* records(file: string): AsyncGenerator<CsvRecord> {
  for await (const record of readCsvStream(streamNamedText(file))) {
    if (!record.ok)
      throw new CannotDo(`${file} is no CSV: line ${record.error.line}: ${record.error.message}.`);
    yield record.value;
  }
}

const DAY_MS = 86_400_000;
