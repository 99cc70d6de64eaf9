import type { Nanos } from "@ratebook/core";
import { type FormulaFacts, lineFormula } from "./line-formula.ts";

type CheckedLine =
  | ({ kind: "usage" } & FormulaFacts)
  | { kind: "fee" | "volume" | "outcome" | "held" | "named"; amount: Nanos };

/** Computes a receipt again, without the server: every usage line to the nano, and their sum. */
export function checkReceipt({ lines, amount }: { lines: readonly CheckedLine[]; amount: Nanos }): {
  agrees: boolean;
  /** Lines whose amount was computed again; fees and settlements state theirs. */
  recomputed: number;
} {
  const sum = lines.reduce((total, line) => total + line.amount, 0n);
  const usage = lines.filter((line) => line.kind === "usage");
  return {
    agrees: sum === amount && usage.every((line) => lineFormula(line).agrees),
    recomputed: usage.length,
  };
}
