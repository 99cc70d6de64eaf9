import type { Api } from "../../app/trpc.ts";

export type KeptMapping = Api<"margin", "upstream">["mappings"][number]["mapping"];

/** Which column is what, as far as it was said. */
export type ColumnMapping = Omit<KeptMapping, "day" | "model" | "amount"> & {
  day: string | null;
  model: string | null;
  amount: string | null;
};

export const NO_MAPPING: ColumnMapping = {
  day: null,
  model: null,
  amount: null,
  amountIn: "usd",
  requests: null,
  models: {},
  quantities: {},
};

/** A kept mapping as far as a document has its columns. */
export function fitted(kept: KeptMapping | undefined, columns: readonly string[]): ColumnMapping {
  if (kept === undefined) return NO_MAPPING;
  const there = (name: string | null): string | null =>
    name !== null && columns.includes(name) ? name : null;
  return {
    day: there(kept.day),
    model: there(kept.model),
    amount: there(kept.amount),
    amountIn: kept.amountIn,
    requests: there(kept.requests),
    models: kept.models,
    quantities: Object.fromEntries(
      Object.entries(kept.quantities).filter(([, name]) => columns.includes(name)),
    ),
  };
}

/** The mapping as an import takes it; null until day, model and amount are said. */
export function complete({ day, model, amount, ...more }: ColumnMapping): KeptMapping | null {
  return day === null || model === null || amount === null ? null : { day, model, amount, ...more };
}

/** What a column was said to be, for the head of a preview. */
export function roleOf(column: string, mapping: ColumnMapping): string | null {
  const roles = { day: "Day", model: "Model", amount: "Amount", requests: "Requests" } as const;
  for (const [field, role] of Object.entries(roles)) {
    if (mapping[field as keyof typeof roles] === column) return role;
  }
  return Object.entries(mapping.quantities).find(([, name]) => name === column)?.[0] ?? null;
}
