import { type Figure, holds } from "./figure.ts";

/** The figures as a table for people: a line each, with what it was made of underneath. */
export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.bench,
    figure.what,
    measuredText(figure),
    targetText(figure),
    verdict(figure),
  ]);
  const table = [HEAD, ...rows];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const lines = figures.flatMap((figure, index) => [
    line(rows[index] ?? []),
    ...(figure.note === "" ? [] : [`${" ".repeat((widths[0] ?? 0) + 4)}${figure.note}`]),
  ]);
  return [line(HEAD), rule, ...lines].join("\n");
}

const HEAD = ["bench", "what", "measured", "target", "holds"];

/** A figure's value with its unit. */
export function measuredText({ measured, unit }: Figure): string {
  return measured === null ? "not measured" : amountText(measured, unit);
}

function targetText({ target, unit }: Figure): string {
  if (target === null) return "shown";
  return "atLeast" in target
    ? `≥ ${amountText(target.atLeast, unit)}`
    : `≤ ${amountText(target.atMost, unit)}`;
}

function amountText(value: number, unit: Figure["unit"]): string {
  if (unit === "ratio") return `${threeDigits(value)} : 1`;
  return unit === "rows" ? `${value} rows` : `${threeDigits(value)} ${unit}`;
}

/** Three significant digits, without an exponent: 0.0123, 1.23, 12.3, 123, 1235. */
export function threeDigits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function verdict(figure: Figure): string {
  const met = holds(figure);
  return met === null ? "–" : met ? "yes" : "NO";
}
