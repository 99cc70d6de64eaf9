import { type Fraction, fraction, roundDown, toDecimalText } from "@ratebook/core";
import type { Api } from "../../app/trpc.ts";

/** One version with its differences to another. */
export type VersionDiff = Api<"catalog", "version">;
/** One rate that only one of the two has, or that both have at different terms. */
export type VersionChange = VersionDiff["changes"][number];
/** A rate as a version has it. */
export type VersionRate = Extract<VersionChange, { kind: "added" }>["after"];

/** Both sides of a change; null where the rate is not in that version. */
export function sidesOf(change: VersionChange): { before: VersionRate | null; after: VersionRate | null } {
  return {
    before: change.kind === "added" ? null : change.before,
    after: change.kind === "removed" ? null : change.after,
  };
}

/** The rate a change is about: as it is afterwards, else as it was. */
export const rateOf = (change: VersionChange): VersionRate =>
  change.kind === "removed" ? change.before : change.after;

/** How a changed price stands to the earlier one, in decimal text cut at nine places; null where it is not repriced. */
export function ratioOf(change: VersionChange): string | null {
  if (change.kind !== "changed" || change.ratio === null || !change.repriced) return null;
  return cutText(change.ratio);
}

/** How many changes there are of each kind. */
export function changeCounts(changes: readonly Pick<VersionChange, "kind">[]): {
  added: number;
  changed: number;
  removed: number;
} {
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const { kind } of changes) counts[kind] += 1;
  return counts;
}

/** The changes whose offering, meter or source holds every word of a search. */
export function changesWith<C extends VersionChange>(changes: readonly C[], search: string): C[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return changes.filter((change) => {
    const { offering, meter, source } = rateOf(change);
    const text = `${offering} ${meter} ${source}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** What a rollback would do to the prices, as sentences. */
export function rollbackText({
  added,
  changed,
  removed,
  overrides,
}: Pick<Api<"catalog", "rollback">, "added" | "changed" | "removed" | "overrides">): string {
  const parts = [
    added > 0 && `${counted(added, "rate")} back in force`,
    changed > 0 && `${counted(changed, "rate")} changed`,
    removed > 0 && `${counted(removed, "rate")} closed`,
  ].filter((part) => part !== false);
  return `${parts.join(", ")}: as a new version, from this instant on. What was debited in between keeps its prices. No source touches ${counted(overrides, "meter")} until you end the overrides.`;
}

const counted = (count: number, word: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? word : `${word}s`}`;

/** A version number as it stands in an address or a field; null for anything else. */
export function readVersion(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

const SCALE = 1_000_000_000n;

function cutText(ratio: Fraction): string {
  const cut = roundDown(fraction(ratio.num * SCALE, ratio.den));
  // Far below a billionth: said exactly rather than as nothing.
  return cut === 0n ? `${ratio.num}/${ratio.den}` : toDecimalText(fraction(cut, SCALE), 9);
}
