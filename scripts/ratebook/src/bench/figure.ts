/** One measured line of the bench. */
export type Figure = {
  /** The bench that measured it. */
  bench: string;
  what: string;
  /** In `unit`; null where it could not be measured, and then `note` says why. */
  measured: number | null;
  unit: "ratio" | "s" | "ms" | "µs" | "MB" | "rows";
  /** What has to hold; null for a figure that is only shown. */
  target: { atLeast: number } | { atMost: number } | null;
  /** What it was made of. */
  note: string;
};

/** Whether a figure meets its target; null where it has none or was not measured. */
export function holds({ measured, target }: Figure): boolean | null {
  if (measured === null || target === null) return null;
  return "atLeast" in target ? measured >= target.atLeast : measured <= target.atMost;
}
