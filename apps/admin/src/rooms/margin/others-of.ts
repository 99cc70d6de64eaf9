import { type Nanos, nanos } from "@ratebook/core";
import type { Api } from "../../app/trpc.ts";

type Costs = NonNullable<Api<"analytics", "explore">["totals"]["costs"]>;
type Sums = { amount: Nanos; costs: Pick<Costs, "cost" | "margin"> | null };

/** What the rows leave of the total, so that the column adds up; nothing where they are all there is. */
export function othersOf(
  rows: readonly { sums: Sums }[],
  totals: Sums,
): { key: string; label: string; sums: Sums }[] {
  if (rows.length < MOST_ROWS) return [];
  const rest = (of: (sums: Sums) => bigint): Nanos =>
    nanos(rows.reduce((left, { sums }) => left - of(sums), of(totals)));
  const cost = rest(({ costs }) => costs?.cost ?? 0n);
  const margin = rest(({ costs }) => costs?.margin ?? 0n);
  const costs = totals.costs && { cost, margin };
  return [{ key: "others", label: "All others", sums: { amount: rest(({ amount }) => amount), costs } }];
}

/** Groups that are shown. */
export const MOST_ROWS = 25;
