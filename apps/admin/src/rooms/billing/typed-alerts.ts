import { type AlertLevel, err, formatUsd, type Nanos, ok, type Result } from "@ratebook/core";
import type { Api } from "../../app/trpc.ts";
import { readDollars } from "./read-dollars.ts";

/** Alerts as their form has them. */
export type AlertTexts = {
  byMail: boolean;
  emails: string[];
  /** Dollars, separated by commas. */
  amounts: string;
  /** Whole percents, separated by commas. */
  percents: string;
  runwayDays: string;
  dailySpend: string;
  monthlySpend: string;
};

type Settings = Api<"alerts", "settings">;

/** What the form opens with. */
export const alertTexts = (settings: Settings): AlertTexts => ({
  byMail: settings.byMail,
  emails: settings.emails,
  amounts: settings.levels
    .flatMap((level) => (level.kind === "amount" ? [formatUsd(level.amount)] : []))
    .join(", "),
  percents: settings.levels.flatMap((level) => (level.kind === "percent" ? [level.percent] : [])).join(", "),
  runwayDays: settings.runwayDays === null ? "" : String(settings.runwayDays),
  dailySpend: settings.dailySpend === null ? "" : formatUsd(settings.dailySpend),
  monthlySpend: settings.monthlySpend === null ? "" : formatUsd(settings.monthlySpend),
});

/** Dollars separated by commas; none is fine. The error is a sentence. */
export function readAmounts(text: string): Result<Nanos[], string> {
  const amounts: Nanos[] = [];
  for (const part of parts(text)) {
    const amount = readDollars(part);
    if (!amount.ok) return err(`“${part}” is not an amount. Write it like 5, 2.50, 0.`);
    amounts.push(amount.value);
  }
  return ok(amounts);
}

/** Whole percents separated by commas; none is fine. */
export function readPercents(text: string): Result<number[], string> {
  const percents: number[] = [];
  for (const part of parts(text)) {
    const plain = part.replace(/\s*%$/, "");
    const percent = /^\d{1,3}$/.test(plain) ? Number(plain) : 0;
    if (percent < 1 || percent > 100) return err(`“${part}” is not a whole number from 1 to 100.`);
    percents.push(percent);
  }
  return ok(percents);
}

/** Days ahead, 1 … 90; null for none. */
export function readDays(text: string): Result<number | null, string> {
  if (text.trim() === "") return ok(null);
  const days = /^\d{1,2}$/.test(text.trim()) ? Number(text.trim()) : 0;
  return days >= 1 && days <= 90 ? ok(days) : err("A whole number of days from 1 to 90.");
}

/** A limit in dollars, more than 0; null for none. */
export function readLimit(text: string): Result<Nanos | null, string> {
  if (text.trim() === "") return ok(null);
  const amount = readDollars(text);
  if (!amount.ok || amount.value > 0n) return amount;
  return err("More than $0, or leave it empty.");
}

/** The form's texts as they are saved; null while one of them cannot be read. */
export function readAlerts(texts: AlertTexts) {
  const amounts = readAmounts(texts.amounts);
  const percents = readPercents(texts.percents);
  const runwayDays = readDays(texts.runwayDays);
  const dailySpend = readLimit(texts.dailySpend);
  const monthlySpend = readLimit(texts.monthlySpend);
  if (!amounts.ok || !percents.ok || !runwayDays.ok || !dailySpend.ok || !monthlySpend.ok) return null;
  const levels: AlertLevel[] = [
    ...amounts.value.map((amount) => ({ kind: "amount" as const, amount })),
    ...percents.value.map((percent) => ({ kind: "percent" as const, percent })),
  ];
  return {
    byMail: texts.byMail,
    emails: texts.emails,
    levels,
    runwayDays: runwayDays.value,
    dailySpend: dailySpend.value,
    monthlySpend: monthlySpend.value,
  };
}

const parts = (text: string): string[] =>
  text
    .split(/[;,]\s*|\s+/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
