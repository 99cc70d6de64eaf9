import { discountOf, type Nanos, parseUsd, type VolumeDiscount } from "@ratebook/core";
import { type FormulaFacts, lineFormula } from "./line-formula.ts";

type CheckedLine =
  | ({ kind: "usage" } & FormulaFacts)
  | {
      kind: "volume";
      amount: Nanos;
      discount: VolumeDiscount;
      position: string;
      volume: string;
      gross: Nanos;
      room: Nanos;
    }
  | { kind: "fee" | "outcome" | "held" | "named"; amount: Nanos };

/** Computes a receipt again, without the server: every line of usage and volume discount to the nano, and their sum. */
export function checkReceipt({ lines, amount }: { lines: readonly CheckedLine[]; amount: Nanos }): {
  agrees: boolean;
  /** Lines whose amount was computed again; fees and settlements state theirs. */
  recomputed: number;
} {
  const sum = lines.reduce((total, line) => total + line.amount, 0n);
  const checks = lines.flatMap((line) =>
    line.kind === "usage"
      ? [lineFormula(line).agrees]
      : line.kind === "volume"
        ? [0n - takenOff(line) === line.amount]
        : [],
  );
  return { agrees: sum === amount && checks.every(Boolean), recomputed: checks.length };
}

/** What the discount's tiers take off from where the month stood, in nanos. */
const takenOff = ({ discount, position, volume, gross, room }: Extract<CheckedLine, { kind: "volume" }>) =>
  discountOf(discount, billionths(position), { volume: billionths(volume), gross, room }).amount;

/** Dollars and units have the same nine places. */
function billionths(decimal: string): bigint {
  const read = parseUsd(decimal);
  return read.ok ? read.value : 0n;
}
