import type { ContractTerms } from "@ratebook/core";
import { type TermEntry, termEntries } from "./term-entries.ts";

/** One thing two versions of a contract say, side by side; null where one of them says nothing of it. */
export type TermChange = Pick<TermEntry, "key" | "part" | "name"> & {
  kind: "same" | "changed" | "added" | "removed";
  before: string[] | null;
  after: string[] | null;
};

/**
 * What two versions say, thing by thing, in the order of the later one; what it no longer says comes last. An order is told
 * only where both have one: what is new or gone is told already.
 */
export function termsChanges(before: ContractTerms, after: ContractTerms): TermChange[] {
  const old = new Map(termEntries(before).map((entry) => [entry.key, entry]));
  const present = termEntries(after);
  const kept = new Set(present.map(({ key }) => key));
  const all = [
    ...present.map(({ key, part, name, lines }): TermChange => {
      const earlier = old.get(key)?.lines ?? null;
      return { key, part, name, kind: kindOf(earlier, lines), before: earlier, after: lines };
    }),
    ...[...old.values()]
      .filter(({ key }) => !kept.has(key))
      .map(
        ({ key, part, name, lines }): TermChange => ({
          key,
          part,
          name,
          kind: "removed",
          before: lines,
          after: null,
        }),
      ),
  ];
  return all.filter(({ part, kind }) => part !== "Order" || (kind !== "added" && kind !== "removed"));
}

/** The ones in which two versions differ. */
export const differences = (changes: readonly TermChange[]): TermChange[] =>
  changes.filter(({ kind }) => kind !== "same");

function kindOf(before: readonly string[] | null, after: readonly string[]): TermChange["kind"] {
  if (before === null) return "added";
  return before.join("\n") === after.join("\n") ? "same" : "changed";
}
