import { z } from "zod";

/** What is worth reading about a run; every part may be absent. */
export type RunDetails = z.infer<typeof RunDetails>;

/** Reads the details of a run. They were written by whatever version ran then, so an unknown part is left out. */
export const readRunDetails = (details: unknown): RunDetails => RunDetails.parse(details ?? {});

const text = z.string().catch("");
const list = <T extends z.ZodType>(item: T) => z.array(item).catch([]).default([]);

const RunDetails = z.object({
  /** Of a failed run: the check that failed, and what was there instead. */
  check: z.string().nullable().catch(null).default(null),
  excerpt: z.string().nullable().catch(null).default(null),
  findings: list(z.object({ rule: text, sentence: text })),
  alerts: list(z.object({ kind: text, where: text, detail: text })),
  rowsRefused: list(
    z.object({ kind: text, where: text, offering: z.string().nullable().catch(null), detail: text }),
  ),
  offerings: list(z.object({ offering: text, outcome: text, sentences: list(z.string()) })),
});

/** Counts of a run in the order they matter, those that are zero left out: "12 ok, 2 held". */
export function countsText(counts: { readonly [name: string]: number }): string {
  const known = COUNTS.flatMap(([name, words]) => {
    const count = counts[name] ?? 0;
    return count === 0 ? [] : [`${count.toLocaleString("en")} ${words}`];
  });
  return known.join(", ");
}

const COUNTS: readonly (readonly [string, string])[] = [
  ["refused", "refused"],
  ["quarantined", "quarantined"],
  ["held", "held"],
  ["missing", "missing"],
  ["ok", "ok"],
  ["unchanged", "unchanged"],
  ["rowsRefused", "rows left out"],
  ["alerts", "alerts"],
];
