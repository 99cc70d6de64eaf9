import { type Fraction, formatQuantity, roundHalfEven, type StatedRate } from "@ratebook/core";
import type { ClaimDecision, ProposalRule } from "./accept-claims.ts";
import type { Publication, Query } from "./publication.ts";
import { claimKey, termsRow, termTypes } from "./rate-rows.ts";

/** How many held changes a document brought, and how many it made obsolete. */
export type ProposalCounts = { proposed: number; superseded: number };

/**
 * Stops what the guard would let through by now, but the operator decided otherwise: a value that was rejected while the
 * source has said it without interruption, one that was corrected, until the correction ends as well, and one that is
 * scheduled, until its date. The guard's reasons may pass with time or with the rest of a document, the operator's word
 * does not.
 */
export async function keepDecided(
  { tx }: Publication,
  source: string,
  decisions: readonly ClaimDecision[],
): Promise<readonly ClaimDecision[]> {
  const known = await readKnown(tx, source);
  const decided = new Map(
    known.flatMap((it) => (it.state === "held" ? [] : [[sameValueKey(it), it] as const])),
  );
  if (decided.size === 0) return decisions;
  return decisions.map((decision) => {
    const { change, action } = decision;
    if (action !== "activate" || change.kind === "removed") return decision;
    const earlier = decided.get(sameValueKey(proposedValue(decision)));
    if (earlier === undefined) return decision;
    const { rule } = earlier;
    const sentence = `${decision.sentence}; ${whyKept(earlier)}`;
    return { ...decision, action: earlier.action, rule, sentence, witness: null };
  });
}

const whyKept = ({ state, activateAt }: Known): string =>
  state === "scheduled"
    ? `it is scheduled for ${activateAt?.toISOString()}`
    : `this value was ${state} and its source says it ever since`;

/**
 * Makes the held proposals of a source what its document now says: one for each change the guard stopped.
 *
 * The same value again, held, scheduled, rejected or corrected, adds nothing; what is held takes over why it is. A value
 * that changed or went back to normal supersedes what was held, and a rejection lapses with it: should the source come back
 * to the value, it is judged anew. What was scheduled falls as well, whether the other value is let through or held: the
 * date was approved for a price that nobody states any more.
 */
export async function syncProposals(
  { tx, now, runId, newId }: Publication,
  source: string,
  sha256: string,
  decisions: readonly ClaimDecision[],
): Promise<ProposalCounts> {
  const known = await readKnown(tx, source);
  const held = new Map(known.flatMap((it) => (isUndecided(it) ? [[it.key, it] as const] : [])));
  const rejected = Map.groupBy(
    known.filter((it) => !isUndecided(it)),
    sameValueKey,
  );
  const rows: ReturnType<typeof proposalRow>[] = [];
  const rejudged: { id: string; action: string; rule: string | null; reason: string }[] = [];
  const said = new Set<string>();
  for (const decision of decisions) {
    if (decision.action === "activate" || decision.rule === "missing") continue;
    const { action, rule, sentence } = decision;
    const value = proposedValue(decision);
    said.add(sameValueKey(value));
    const standing = held.get(value.key);
    if (standing?.fingerprint === value.fingerprint) {
      held.delete(value.key);
      if (standing.rule !== rule || standing.action !== action) {
        rejudged.push({ id: standing.id, action, rule, reason: sentence });
      }
    } else if (!rejected.has(sameValueKey(value))) rows.push(proposalRow(newId(), decision));
  }
  const lapsed = [...rejected].flatMap(([value, them]) => (said.has(value) ? [] : them.map(({ id }) => id)));
  if (lapsed.length > 0) {
    await tx`update ratebook.proposal set lapsed_at = ${now} where id = any(${lapsed}::uuid[])`;
  }
  if (rejudged.length > 0) {
    await tx`
      update ratebook.proposal p set action = row.action, rule = row.rule, reason = row.reason
      from json_to_recordset(${JSON.stringify(rejudged)}::json) as row (id uuid, action text, rule text, reason text)
      where p.id = row.id`;
  }
  // Whatever is left was let through, or is no longer said.
  const superseded = [...held.values()].map(({ id }) => id);
  if (superseded.length > 0) {
    await tx`
      update ratebook.proposal set state = 'superseded', decided_at = ${now}
      where id = any(${superseded}::uuid[]) and state in ('held', 'scheduled')`;
  }
  if (rows.length > 0) {
    await tx`
      insert into ratebook.proposal (id, source, sha256, run_id, state, created_at, action, rule, reason, change, ratio,
        fingerprint, old_usd, old_per, new_usd, new_per, ${sharedTerms(tx)})
      select id, ${source}, ${sha256}, ${runId}, 'held', ${now}, action, rule, reason, change, ratio,
        fingerprint, old_usd, old_per, case change when 'removed' then null else usd end,
        case change when 'removed' then null else per end, ${sharedTerms(tx)}
      from json_to_recordset(${JSON.stringify(rows)}::json) as row (
        id uuid, action text, rule text, reason text, change text, ratio text, fingerprint text, old_usd numeric,
        old_per bigint, ${termTypes(tx)})`;
  }
  return { proposed: rows.length, superseded: superseded.length };
}

/** The rate a change is about: the new one, or the one it takes away. */
const rateOf = ({ change }: ClaimDecision): StatedRate =>
  change.kind === "removed" ? change.before : change.after;

function proposalRow(id: string, decision: ClaimDecision) {
  const { action, rule, sentence, change, ratio } = decision;
  const before = change.kind === "added" ? null : change.before;
  return {
    id,
    action,
    rule,
    reason: sentence,
    change: change.kind,
    ratio: ratio === null ? null : ratioText(ratio),
    fingerprint: fingerprintOf(decision),
    old_usd: before?.usd ?? null,
    old_per: before?.per.toString() ?? null,
    ...termsRow(rateOf(decision)),
  };
}

const proposedValue = (decision: ClaimDecision): { key: string; fingerprint: string } => ({
  key: claimKey(rateOf(decision)),
  fingerprint: fingerprintOf(decision),
});

const fingerprintOf = ({ change }: ClaimDecision): string =>
  change.kind === "removed" ? "removed" : fingerprintOfRate(change.after);

/** A proposed value as canonical text: the same value again is the same proposal. */
export function fingerprintOfRate(rate: StatedRate): string {
  const { usd, per, free, minimum, increment, included, ownCost, validUntil } = rate;
  return JSON.stringify([usd, per.toString(), free, minimum, increment, included, ownCost, validUntil]);
}

type Known = {
  id: string;
  key: string;
  fingerprint: string;
  action: "hold" | "quarantine" | "refuse";
  rule: ProposalRule;
  state: "held" | "scheduled" | "rejected" | "edited";
  activateAt: Date | null;
};

const isUndecided = ({ state }: Known): boolean => state === "held" || state === "scheduled";

const readKnown = (tx: Query, source: string) => tx<Known[]>`
  select id, offering || ' ' || meter || ' ' || condition_key as key, fingerprint, action, rule, state,
    activate_at as "activateAt"
  from ratebook.proposal
  where source = ${source} and state in ('held', 'scheduled', 'rejected', 'edited') and lapsed_at is null`;

const sameValueKey = ({ key, fingerprint }: { key: string; fingerprint: string }): string =>
  `${key} ${fingerprint}`;

/** Columns that a proposal has under the names a rate has them. */
export const sharedTerms = (tx: Query) => tx`
  offering, meter, condition_key, conditions, free, minimum, increment, included, own_cost, valid_from, valid_until,
  where_in_document`;

/** Nine places, for reading; the guard decided on the exact fraction. */
const ratioText = (ratio: Fraction): string =>
  formatQuantity(roundHalfEven({ num: ratio.num * 1_000_000_000n, den: ratio.den }));
