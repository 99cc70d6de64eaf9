import { err, type GuardProfile, ok, type PriceDocument, type Result } from "@ratebook/core";
import { acceptClaims, markMissing } from "./accept-claims.ts";
import { releaseConfirmed } from "./activate-proposals.ts";
import { applyIdentities } from "./identities.ts";
import { type DocumentAlert, judgeDocument, type RefusedPrice, stoppedBy } from "./judge-document.ts";
import { isJudgementDue } from "./judgement-due.ts";
import { describeOfferings, storeOfferingClaims } from "./offering-claims.ts";
import { endOverridesWithin } from "./overrides.ts";
import { keepDecided, syncProposals } from "./proposals.ts";
import type { Publication } from "./publication.ts";
import { lastVersion, publishRates } from "./publish-rates.ts";
import { type RunCounts, type RunDetails, runReport } from "./run-report.ts";
import { type Snapshot, storeSnapshot } from "./snapshot.ts";

/** A document with the bytes it was read from. */
export type DocumentToPublish = {
  document: PriceDocument;
  snapshot: Snapshot;
  sizeBytes: number;
  alerts: readonly DocumentAlert[];
  refused: readonly RefusedPrice[];
  profile: GuardProfile;
  /** For an operator's import: activate rows that tripped a bound. */
  accept: boolean;
};

/** What a document did. */
export type PublishedDocument = {
  /** `published`: a new version; `held`: nothing but proposals; `unchanged`: no rate differs. */
  outcome: "published" | "held" | "unchanged";
  version: number | null;
  counts: RunCounts;
  details: RunDetails;
};

/** A row of an operator's import that does not go in as it is. */
export type TrippedRow = { key: string; rule: string; sentence: string };

/**
 * Why nothing of a document was used.
 *
 * - `unusable_document`: it failed a check of the whole; `check` names it
 * - `rows_refused`: rows of an operator's import that nobody may activate
 * - `acceptance_required`: rows of an operator's import that tripped a bound
 */
export type UnusedDocument =
  | { kind: "unusable_document"; check: string; message: string }
  | { kind: "rows_refused"; rows: TrippedRow[] }
  | { kind: "acceptance_required"; rows: TrippedRow[] };

/**
 * Stores a document, judges it and makes the active rates follow: authority decides between sources, the guard holds
 * what is not believable, a version is made only where a rate differs.
 *
 * The same bytes as last time move the dates and count the look, and are judged only where something of them became
 * due (`isJudgementDue`).
 */
export async function publishDocument(
  publication: Publication,
  submitted: DocumentToPublish,
): Promise<Result<PublishedDocument, UnusedDocument>> {
  const { tx, now } = publication;
  const { snapshot, profile } = submitted;
  const { source } = submitted.document;
  const [state] = await tx<{ sha256: string | null; offerings: number }[]>`
    select sha256, offerings from ratebook.source_state where source = ${source}`;
  const isKnown = state?.sha256 === snapshot.sha256;
  if (isKnown && (profile === "operator" || !(await isJudgementDue(tx, source, now)))) {
    await touchSource(publication, source, snapshot);
    return ok({ outcome: "unchanged", version: null, ...runReport(submitted, null) });
  }
  const ours = await applyIdentities(tx, submitted.document, submitted.refused);
  const input = { ...submitted, ...ours, alerts: [...submitted.alerts, ...ours.alerts] };
  const { document } = ours;
  // 0 where it was announced and never read.
  const lastOfferings = state?.offerings || null;
  const judged = await judgeDocument(publication, { ...input, lastOfferings });
  const { report } = judged;
  if (report.refused) {
    const [finding] = report.findings;
    // Kept, so that what came can be looked at.
    await storeSnapshot(publication, source, snapshot, input.sizeBytes);
    return err({
      kind: "unusable_document",
      check: finding?.rule ?? "guard",
      message: finding?.sentence ?? "The guard refused the document.",
    });
  }
  if (input.profile === "operator") {
    const refusal = refuseImport(judged);
    if (refusal !== null) return err(refusal);
  }

  const decisions = await keepDecided(publication, source, report.decisions);
  await storeSnapshot(publication, source, snapshot, input.sizeBytes);
  const touched = new Set(await acceptClaims(publication, source, snapshot.sha256, decisions));
  if (input.profile === "operator") await endOverridden(publication, document, touched);
  await markMissing(publication, source, judged.before, decisions);
  const { proposed } = await syncProposals(publication, source, snapshot.sha256, decisions);
  const described = await storeOfferingClaims(publication, document, input.profile === "operator");
  await storeMeters(publication, document);
  for (const { offering } of await releaseConfirmed(publication)) touched.add(offering);

  const version = await publishRates(publication, [...touched], { source, note: null });
  await describeOfferings(publication, described, version ?? (await lastVersion(publication)));
  await storeSource(publication, input);
  const outcome = version !== null ? "published" : proposed > 0 ? "held" : "unchanged";
  return ok({ outcome, version, ...runReport(input, { ...judged, report: { ...report, decisions } }) });
}

function refuseImport({
  report,
  repeated,
}: Awaited<ReturnType<typeof judgeDocument>>): UnusedDocument | null {
  const rowOf = ({ key, rule, sentence }: (typeof report.decisions)[number]): TrippedRow => ({
    key,
    rule: rule ?? "guard",
    sentence,
  });
  const refused = [
    ...stoppedBy(report.decisions, "refuse").map(rowOf),
    ...repeated.map((rate) => ({
      key: `${rate.offering} ${rate.meter}`,
      rule: "duplicate",
      sentence: `${rate.offering} states ${rate.meter} twice under the same conditions`,
    })),
  ];
  if (refused.length > 0) return { kind: "rows_refused", rows: refused };
  const tripped = [...stoppedBy(report.decisions, "quarantine"), ...stoppedBy(report.decisions, "hold")].map(
    rowOf,
  );
  return tripped.length > 0 ? { kind: "acceptance_required", rows: tripped } : null;
}

/** What the operator imports anew is their word by now, whatever they overrode before. */
async function endOverridden(
  publication: Publication,
  { offerings }: PriceDocument,
  touched: Set<string>,
): Promise<void> {
  const named = offerings.map(({ provider, model }) => `${provider}/${model}`);
  const found = await publication.tx<{ offering: string; meter: string }[]>`
    select offering, meter from ratebook.price_override where offering = any(${named})`;
  await endOverridesWithin(publication, found);
  for (const { offering } of found) touched.add(offering);
}

async function storeMeters({ tx }: Publication, { source, meters }: PriceDocument): Promise<void> {
  if (meters.length === 0) return;
  await tx`
    insert into ratebook.meter_definition (name, unit, "integer", source)
    select name, unit, "integer", ${source}
    from json_to_recordset(${JSON.stringify(meters)}::json) as row (name text, unit text, "integer" boolean)
    on conflict (name) do update set unit = excluded.unit, "integer" = excluded."integer", source = excluded.source`;
}

/** Notes that a source was read and still says the same, and still does not say what is missing. */
export async function touchSource(
  { tx }: Pick<Publication, "tx">,
  source: string,
  read: Pick<Snapshot, "fetchedAt" | "etag" | "lastModified">,
): Promise<void> {
  await tx`
    update ratebook.claim set missing_syncs = missing_syncs + 1
    where source = ${source} and missing_since is not null`;
  await tx`
    update ratebook.source_state set checked_at = greatest(checked_at, ${read.fetchedAt}),
      etag = coalesce(${read.etag}, etag), last_modified = coalesce(${read.lastModified}, last_modified)
    where source = ${source}`;
}

async function storeSource(
  { tx, now }: Publication,
  { document, snapshot }: DocumentToPublish,
): Promise<void> {
  await tx`
    insert into ratebook.source_state (source, etag, last_modified, sha256, as_of, checked_at, changed_at, offerings)
    values (${document.source}, ${snapshot.etag}, ${snapshot.lastModified}, ${snapshot.sha256},
      ${new Date(document.asOf)}, ${snapshot.fetchedAt}, ${now}, ${document.offerings.length})
    on conflict (source) do update set etag = excluded.etag, last_modified = excluded.last_modified,
      sha256 = excluded.sha256, judge_anew = false, as_of = excluded.as_of,
      changed_at = case when source_state.sha256 = excluded.sha256 then source_state.changed_at
        else excluded.changed_at end,
      offerings = excluded.offerings, checked_at = greatest(source_state.checked_at, excluded.checked_at)`;
}
