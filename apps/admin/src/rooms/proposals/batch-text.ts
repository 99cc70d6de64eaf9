import type { Decision } from "./decision-dialog.tsx";
import type { Proposal } from "./proposal.ts";

/** What deciding several changes at once will do, as sentences. */
export function batchConsequence(
  decision: Decision,
  chosen: readonly Pick<Proposal, "offering">[],
  leftOut: number,
): string {
  const offerings = new Set(chosen.map(({ offering }) => offering)).size;
  const subject = `${counted(chosen.length, "change")} of ${counted(offerings, "offering")}`;
  const what =
    decision === "approve"
      ? `${subject} take effect together, in one catalogue version, from this instant on.`
      : `${subject}: the prices stay as they are, and the values are not proposed again while their sources go on saying them.`;
  if (leftOut === 0) return what;
  return `${what} ${counted(leftOut, "change")} that nobody can activate ${leftOut === 1 ? "is" : "are"} left out.`;
}

/** What became of it. */
export function batchOutcome(
  decision: Decision,
  {
    version,
    decided,
    refused,
  }: { version: number | null; decided: readonly string[]; refused: readonly unknown[] },
): string {
  const did = `${counted(decided.length, "change")} ${decision === "approve" ? "approved" : "rejected"}`;
  const where = version === null ? "" : `, active in catalogue version ${version}`;
  const not =
    refused.length === 0 ? "" : ` ${counted(refused.length, "change")} had been decided by somebody else.`;
  return `${did}${where}.${not}`;
}

const counted = (count: number, word: string): string =>
  `${count.toLocaleString("en")} ${count === 1 ? word : `${word}s`}`;
