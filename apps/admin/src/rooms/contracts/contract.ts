import { dayText, instantText } from "../../app/instant-text.ts";
import type { Api } from "../../app/trpc.ts";

/** A version of a customer's contract, as operators see it. */
export type Contract = Api<"contracts", "list">["items"][number];

/** A plan to begin contracts with. */
export type Plan = Api<"contracts", "plans">[number];

type Span = Pick<Contract, "validFrom" | "validUntil">;

/** When it holds, by UTC days where it begins and ends at midnight: "2026-11-28 to 2027-11-28", "2026-11-28 on". */
export function spanText({ validFrom, validUntil }: Span): string {
  if (validUntil !== null && validUntil <= validFrom) return "called off before it began";
  return validUntil === null
    ? `${momentText(validFrom)} on`
    : `${momentText(validFrom)} to ${momentText(validUntil)}`;
}

const momentText = (at: Date): string =>
  at.getTime() % DAY_MS === 0 ? dayText(at) : instantText(at).replace(/:\d\d UTC$/, "");

/** Those of a customer's versions that hold in a part of a time; half-open. */
export const overlapping = (
  versions: readonly Contract[],
  { from, until }: { from: Date; until: Date | null },
): Contract[] =>
  versions.filter(
    ({ validFrom, validUntil }) =>
      (validUntil === null || (validUntil > validFrom && validUntil > from)) &&
      (until === null || validFrom < until),
  );

/** The one version that a new one may take the place of: the only one in its way, begun before it. */
export function replaceable(inTheWay: readonly Contract[], from: Date): Contract | null {
  const [only, ...others] = inTheWay;
  if (only === undefined || others.length > 0) return null;
  return only.state === "active" || only.validFrom <= from ? only : null;
}

const DAY_MS = 86_400_000;
