import { formatUsd, nanos } from "@ratebook/core";
import { Command, Option } from "commander";
import { type Audit, auditCalls } from "../audit/audit-calls.ts";
import { LOG_FORMATS, type LogFormat, readCall } from "../audit/logged-call.ts";
import { readRecords } from "../audit/read-records.ts";
import { openBilling } from "../open-billing.ts";
import { createReport } from "../report.ts";

type Options = { format: LogFormat; prices: "then" | "now"; json?: boolean };

/** `ratebook audit`: what a log says calls cost beside what they cost by the catalogue. */
export function auditCommand(): Command {
  return new Command("audit")
    .description("Compare what a request log says calls cost with their list price, by model.")
    .argument("<log>", "JSON lines, or a JSON list, of one system's records")
    .addOption(
      new Option("--format <system>", "whose records they are").choices(LOG_FORMATS).makeOptionMandatory(),
    )
    .addOption(
      new Option("--prices <when>", "then: what was active here when each call was made; now: today's")
        .choices(["then", "now"])
        .default("then"),
    )
    .option("--json", "print every model as JSON")
    .action(async (file: string, { format, prices, json = false }: Options) => {
      const report = createReport(json);
      const billing = await openBilling(report);
      try {
        const audit = await auditCalls(billing.ctx, readRecords(file), readCall[format], prices, (records) =>
          report.progress(`${records} records`),
        );
        report.result(table(audit), printable(audit));
      } finally {
        await billing.close();
      }
    });
}

function table({ models, records, skipped, invalid }: Audit): string {
  const compared = models.filter((model) => model.compared > 0);
  const rows = compared
    .slice(0, MOST_ROWS)
    .map(({ offering, compared: calls, logged, list, difference }) =>
      [offering, String(calls), formatUsd(logged), formatUsd(list), signed(difference)].map(String),
    );
  const head = ["model", "calls", "logged $", "list $", "difference $"];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ");
  const total = compared.reduce((sum, { difference }) => sum + difference, 0n);
  const unpriced = models.reduce((sum, model) => sum + model.unpriced, 0);
  return [
    ...(rows.length > 0 ? [line(head), ...rows.map(line), ""] : []),
    `${records} records; the log has ${signed(nanos(total))} dollars against list prices.`,
    ...(unpriced > 0
      ? [`${unpriced} calls have no price here at that time (--prices now asks for today's).`]
      : []),
    ...Object.entries(skipped).map(([reason, count]) => `${count} left out: ${reason}.`),
    ...(invalid.count > 0 ? [`${invalid.count} records could not be read:`] : []),
    ...invalid.examples.map(({ place, message }) => `  record ${place}: ${message}`),
  ].join("\n");
}

const signed = (amount: ReturnType<typeof nanos>): string => (amount > 0n ? "+" : "") + formatUsd(amount);

const printable = ({ models, ...audit }: Audit) => ({
  ...audit,
  models: models.map((model) => ({
    ...model,
    logged: formatUsd(model.logged),
    list: formatUsd(model.list),
    difference: formatUsd(model.difference),
  })),
});

const MOST_ROWS = 40;
