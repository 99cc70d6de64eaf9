import type { GuardDecision, GuardRule, StatedRate } from "@ratebook/core";
import type { Publication } from "./publication.ts";
import { type Claim, claimKey, termNames, termsRow, termTypes } from "./rate-rows.ts";

/** Why a change is stopped: a rule of the guard, or a date of the source's that nothing confirmed when it was due. */
export type ProposalRule = GuardRule | "unconfirmed_date";

/** What was decided on one change of a source's rates: the guard's word, or an earlier one that stands. */
export type ClaimDecision = Omit<GuardDecision<Claim, StatedRate>, "rule"> & { rule: ProposalRule | null };

/**
 * Makes the changes the guard let through the source's last good word.
 *
 * @returns the offerings they touch
 */
export async function acceptClaims(
  publication: Publication,
  source: string,
  sha256: string,
  decisions: readonly ClaimDecision[],
): Promise<string[]> {
  const accepted = decisions.filter(({ action }) => action === "activate").map(({ change }) => change);
  const stated = accepted.flatMap((change) => (change.kind === "removed" ? [] : [change.after]));
  const kept = new Set(stated.map(claimKey));
  const gone = accepted
    .flatMap((change) => (change.kind === "added" ? [] : [change.before]))
    .filter((claim) => !kept.has(claimKey(claim)));
  await removeClaims(publication, source, gone);
  await putClaims(publication, source, sha256, stated);
  return [...new Set([...stated, ...gone].map(({ offering }) => offering))];
}

/** Stores rates as a source's last good word; one on the same price point is replaced. */
export async function putClaims(
  { tx, now }: Publication,
  source: string,
  sha256: string,
  rates: readonly StatedRate[],
): Promise<void> {
  if (rates.length === 0) return;
  await tx`
    insert into ratebook.claim (source, sha256, accepted_at, ${termNames(tx)})
    select ${source}, ${sha256}, ${now}, ${termNames(tx)}
    from json_to_recordset(${JSON.stringify(rates.map(termsRow))}::json) as row (${termTypes(tx)})
    on conflict (source, offering, meter, condition_key) do update set
      conditions = excluded.conditions, usd = excluded.usd, per = excluded.per, free = excluded.free,
      minimum = excluded.minimum, increment = excluded.increment, included = excluded.included,
      own_cost = excluded.own_cost, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
      sha256 = excluded.sha256, where_in_document = excluded.where_in_document, accepted_at = excluded.accepted_at,
      missing_since = null, missing_syncs = 0`;
}

/** Takes rates out of a source's last good word. */
export async function removeClaims(
  { tx }: Publication,
  source: string,
  rates: readonly Pick<Claim, "offering" | "meter" | "when" | "validFrom">[],
): Promise<void> {
  if (rates.length === 0) return;
  const keys = rates.map(claimKey);
  await tx`
    delete from ratebook.claim
    where source = ${source} and offering = any(${[...new Set(rates.map(({ offering }) => offering))]})
      and offering || ' ' || meter || ' ' || condition_key = any(${keys})`;
}

/**
 * Counts the documents in a row in which a rate was missing; one that is stated again starts from nothing. Rates
 * that stay missing are served on until the guard retires them.
 */
export async function markMissing(
  { tx, now }: Publication,
  source: string,
  before: readonly Claim[],
  decisions: readonly ClaimDecision[],
): Promise<void> {
  const missing = decisions.flatMap(({ rule, change }) =>
    rule === "missing" && change.kind === "removed" ? [claimKey(change.before)] : [],
  );
  const away = new Set(missing);
  const back = before
    .filter((claim) => claim.missingSince !== null && !away.has(claimKey(claim)))
    .map(claimKey);
  if (missing.length > 0) {
    await tx`
      update ratebook.claim set missing_since = coalesce(missing_since, ${now}), missing_syncs = missing_syncs + 1
      where source = ${source} and offering || ' ' || meter || ' ' || condition_key = any(${missing})`;
  }
  if (back.length > 0) {
    await tx`
      update ratebook.claim set missing_since = null, missing_syncs = 0
      where source = ${source} and offering || ' ' || meter || ' ' || condition_key = any(${back})`;
  }
}
