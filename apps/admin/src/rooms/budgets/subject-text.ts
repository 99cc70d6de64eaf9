import type { Api } from "../../app/trpc.ts";

export type BudgetRow = Api<"budgets", "list">["items"][number];
export type Subject = BudgetRow["subject"];
export type Period = BudgetRow["period"];

/** A subject in a menu. */
export const subjectWords: { [subject in Subject]: string } = {
  organization: "The organization",
  app: "App",
  agent: "Agent",
  member: "Person",
  key: "API key",
};

/** A period in a menu and before "budget". */
export const periodWords: { [period in Period]: string } = {
  day: "Daily",
  week: "Weekly",
  month: "Monthly",
};

/** Reads percentages somebody typed: "80, 100". Null where one is none. */
export function readPercents(text: string): number[] | null {
  const parts = text.split(/[\s,;%]+/).filter((part) => part !== "");
  const percents = parts.map(Number);
  const fits = percents.length <= 10 && percents.every((it) => Number.isInteger(it) && it >= 1 && it <= 100);
  return fits ? percents : null;
}
