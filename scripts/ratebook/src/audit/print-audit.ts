import { formatUsd, type Nanos } from "@ratebook/core";
import type { Audit, AuditedModel } from "./tally.ts";

/** An audit for people: a line a model, the totals, and everything that was not compared, by name. */
export function auditText(
  { models, total, records, skipped, invalid }: Audit,
  unit: "calls" | "rows",
): string {
  const compared = models.filter((model) => model.compared > 0);
  const rows = compared
    .slice(0, MOST_ROWS)
    .map(({ offering, compared: count, logged, list, difference }) => [
      offering,
      count.toLocaleString("en"),
      formatUsd(logged),
      formatUsd(list),
      signed(difference),
    ]);
  const more = compared.length - rows.length;
  const foot = [
    "total",
    total.compared.toLocaleString("en"),
    formatUsd(total.logged),
    formatUsd(total.list),
    signed(total.difference),
  ];
  const verb = unit === "calls" ? "logged" : "billed";
  const others = models.filter((model) => model.unpriced > 0);
  return [
    ...(rows.length > 0
      ? [...columns(["model", unit, `${verb} $`, "list $", "difference $"], rows, foot)]
      : []),
    ...(more > 0 ? [`and ${more} more models, which the totals include (--json lists all)`] : []),
    "",
    `${records.toLocaleString("en")} ${unit === "calls" ? "records" : "rows"}; ${verb} ${signed(total.difference)} dollars against list prices.`,
    ...(total.unlogged > 0
      ? [
          `Not compared: ${total.unlogged} ${unit} that say no cost; list prices make them ${formatUsd(total.unloggedList)}.`,
        ]
      : []),
    ...(total.unexplained > 0
      ? [
          `Not compared: ${total.unexplained} ${unit} that were billed ${formatUsd(total.unexplainedLogged)} without any usage told:`,
        ]
      : []),
    ...named(models, (model) => (model.unexplained > 0 ? formatUsd(model.unexplainedLogged) : null)),
    ...(others.length > 0
      ? [
          `Not compared: ${total.unpriced} ${unit} have no price here at that time (--prices now asks for today's), ${verb} ${formatUsd(total.unpricedLogged)}:`,
        ]
      : []),
    ...named(others, (model) => `${formatUsd(model.unpricedLogged)}, ${model.reasons.join(", ")}`),
    ...Object.entries(skipped).map(([reason, count]) => `${count.toLocaleString("en")} left out: ${reason}.`),
    ...(invalid.count > 0 ? [`${invalid.count.toLocaleString("en")} could not be read:`] : []),
    ...invalid.examples.map(({ place, message }) => `  ${place}: ${message}`),
  ].join("\n");
}

/** An audit for programs: amounts as decimal text. */
export const printableAudit = ({ models, total, ...audit }: Audit) => ({
  ...audit,
  models: models.map(withTexts),
  total: withTexts(total),
});

const withTexts = <T extends object>(sums: T): { [name in keyof T]: unknown } =>
  Object.fromEntries(
    Object.entries(sums).map(([name, value]) => [
      name,
      typeof value === "bigint" ? formatUsd(value as Nanos) : value,
    ]),
  ) as { [name in keyof T]: unknown };

function named(models: readonly AuditedModel[], say: (model: AuditedModel) => string | null): string[] {
  const lines = models.flatMap((model) => {
    const said = say(model);
    return said === null ? [] : [`  ${model.offering}: ${said}`];
  });
  const more = lines.length - MOST_ROWS;
  return more > 0 ? [...lines.slice(0, MOST_ROWS), `  and ${more} more`] : lines;
}

function columns(head: string[], rows: string[][], foot: string[]): string[] {
  const all = [head, ...rows, foot];
  const widths = head.map((_title, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  return all.map((cells) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  "),
  );
}

const signed = (amount: Nanos): string => (amount > 0n ? "+" : "") + formatUsd(amount);

const MOST_ROWS = 40;
