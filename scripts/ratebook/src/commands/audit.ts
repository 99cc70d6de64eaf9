import { type Nanos, negate, parseUsd } from "@ratebook/core";
import { Command, InvalidArgumentError, Option } from "commander";
import { anthropicExport } from "../audit/anthropic-export.ts";
import { auditCalls } from "../audit/audit-calls.ts";
import { auditExport } from "../audit/audit-export.ts";
import type { ExportDocument } from "../audit/export-format.ts";
import { LOG_FORMATS, type LogFormat, readCall } from "../audit/logged-call.ts";
import { type MappingWords, mappedExport, mappingFor } from "../audit/mapped-export.ts";
import { openaiExport } from "../audit/openai-export.ts";
import { auditText, printableAudit } from "../audit/print-audit.ts";
import { readRecords } from "../audit/read-records.ts";
import type { Audit } from "../audit/tally.ts";
import { type OpenBilling, openBilling } from "../open-billing.ts";
import { createReport, type Report } from "../report.ts";
import { CannotDo } from "../sentence.ts";

type Options = {
  format: LogFormat | keyof typeof EXPORTS | "csv";
  prices: "then" | "now";
  provider?: string;
  day?: string;
  model?: string;
  amount?: string;
  amountIn?: "usd" | "cents";
  requests?: string;
  quantity: { [meter: string]: string };
  failAbove?: Nanos;
  json?: boolean;
};

/** `ratebook audit`: what a log or a provider's export says usage cost beside what it costs by the catalogue. */
export function auditCommand(): Command {
  return new Command("audit")
    .description("Compare what a request log or a provider's export says with list prices, by model.")
    .argument("<files...>", "a log as JSON lines or a JSON list, or a provider's exports as CSV")
    .addOption(
      new Option("--format <system>", "whose records they are")
        .choices([...LOG_FORMATS, ...Object.keys(EXPORTS), "csv"])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option("--prices <when>", "then: what was active here when each call was made; now: today's")
        .choices(["then", "now"])
        .default("then"),
    )
    .option("--provider <name>", "csv: whose export it is; its kept mapping of columns is used")
    .option("--day <column>", "csv: the column of the day")
    .option("--model <column>", "csv: the column of the model")
    .option("--amount <column>", "csv: the column of what was billed")
    .addOption(new Option("--amount-in <unit>", "csv: what amounts are in").choices(["usd", "cents"]))
    .option("--requests <column>", "csv: the column of how many requests a row is about")
    .option(
      "--quantity <meter=column>",
      "csv: a meter and the column of its quantity; once a meter",
      quantity,
      {},
    )
    .option("--fail-above <dollars>", "end with 3 where a model differs by more", dollars)
    .option("--json", "print every model as JSON")
    .addHelpText(
      "after",
      `
Formats: litellm and openrouter read request logs; openai and anthropic read the CSV exports of their usage and cost pages
(give both files to compare them); csv reads any export by columns. Models without a price are listed, never counted as 0.
Ends with 1 where rows could not be read or nothing could be compared; what was compared is printed all the same.`,
    )
    .action(async (files: string[], options: Options) => {
      const report = createReport(options.json ?? false);
      const billing = await openBilling(report);
      try {
        const { audit, unit } = await auditFiles(billing, files, options, report);
        report.result(auditText(audit, unit), printableAudit(audit));
        process.exitCode = exitCode(audit, options.failAbove);
      } finally {
        await billing.close();
      }
    });
}

async function auditFiles(
  { ctx }: OpenBilling,
  files: readonly string[],
  options: Options,
  report: Report,
): Promise<{ audit: Audit; unit: "calls" | "rows" }> {
  const { format, prices } = options;
  const onProgress = (records: number) => report.progress(`${records} records`);
  if (format === "litellm" || format === "openrouter") {
    const [file, another] = files;
    if (file === undefined || another !== undefined) throw new CannotDo("A request log is one file.");
    return {
      audit: await auditCalls(ctx, readRecords(file), readCall[format], prices, onProgress),
      unit: "calls",
    };
  }
  const known = format === "csv" ? await mapped(ctx, options) : EXPORTS[format];
  const documentOf = (header: Parameters<typeof known>[0]): ExportDocument => {
    const document = known(header);
    if (document !== null) return document;
    const columns = header.cells.map((cell) => cell.trim()).join(", ");
    throw new CannotDo(
      `The header is of no usage or cost export of ${format}: ${columns.slice(0, 300)}. Say the columns with --format csv.`,
    );
  };
  return { audit: await auditExport(ctx, files, documentOf, prices, onProgress), unit: "rows" };
}

async function mapped(
  ctx: OpenBilling["ctx"],
  { provider, quantity: quantities, day, model, amount, amountIn, requests }: Options,
): Promise<(header: Parameters<typeof mappedExport>[0]) => ExportDocument | null> {
  if (provider === undefined) throw new CannotDo("Say whose export it is: --provider <name>.");
  const words: MappingWords = {
    quantities,
    ...(day !== undefined && { day }),
    ...(model !== undefined && { model }),
    ...(amount !== undefined && { amount }),
    ...(amountIn !== undefined && { amountIn }),
    ...(requests !== undefined && { requests }),
  };
  const mapping = await mappingFor(ctx, provider, words);
  return (header) => mappedExport(header, provider, mapping);
}

const EXPORTS = { openai: openaiExport, anthropic: anthropicExport };

function exitCode({ models, total, invalid }: Audit, most: Nanos | undefined): number {
  if (invalid.count > 0 || total.compared === 0) return 1;
  const tooMuch = models.some(({ difference }) => {
    const size = difference < 0n ? negate(difference) : difference;
    return most !== undefined && size > most;
  });
  return tooMuch ? 3 : 0;
}

function quantity(text: string, before: { [meter: string]: string }): { [meter: string]: string } {
  const [, meter, column] = /^([a-z][a-z0-9_]*)=(.+)$/.exec(text) ?? [];
  if (meter === undefined || column === undefined) {
    throw new InvalidArgumentError("It is a meter and a column: input_tokens=Prompt tokens.");
  }
  return { ...before, [meter]: column };
}

function dollars(text: string): Nanos {
  const amount = parseUsd(text);
  if (amount.ok) return amount.value;
  throw new InvalidArgumentError(`It is an amount in dollars: ${amount.error.message}.`);
}
