import { csvLine, formatUsd } from "@ratebook/core";
import type { ShadowReport } from "./shadow-room.tsx";

type Sums = ShadowReport["total"];

/** The comparison as CSV, a model a line; the last line is the total of all. Amounts are exact dollars. */
export const shadowCsv = ({ rows, total }: ShadowReport): string =>
  [csvLine(COLUMNS), ...rows.map((row) => line(row.offering, row)), line("total", total)].join("");

const line = (model: string, sums: Sums): string =>
  csvLine([
    model,
    String(sums.events),
    formatUsd(sums.amount),
    formatUsd(sums.platformAmount),
    String(sums.compared),
    formatUsd(sums.comparedAmount),
    formatUsd(sums.comparedPlatformAmount),
    formatUsd(sums.difference),
    Object.entries(sums.unrated)
      .map(([reason, count]) => `${reason} ${count}`)
      .join("; "),
  ]);

const COLUMNS = [
  "model",
  "events",
  "ratebook_usd",
  "platform_usd",
  "events_compared",
  "ratebook_compared_usd",
  "platform_compared_usd",
  "difference_usd",
  "unrated",
];
