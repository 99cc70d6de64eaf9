import { err, ok, type PriceDocument, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { fastClock } from "./fast-clock.ts";
import {
  lockRunningRun,
  type RunFailure,
  type RunNotClaimed,
  recordFailure,
  recordSuccess,
} from "./finish-run.ts";
import type { DocumentAlert, RefusedPrice } from "./judge-document.ts";
import { guardProfileOf } from "./judgement-due.ts";
import { type CatalogAccessDenied, isOwnSource, refuseUnlessSubmitter } from "./permission.ts";
import { inPublication, type Publication } from "./publication.ts";
import { type PublishedDocument, publishDocument } from "./publish-document.ts";
import { type Snapshot, type SnapshotError, verifySnapshot } from "./snapshot.ts";

/** A source's document, parsed, with the bytes it was read from. */
export type Submission = {
  /** The claimed run that read it. */
  runId: string;
  snapshot: Snapshot;
  document: PriceDocument;
  alerts: readonly DocumentAlert[];
  refused: readonly RefusedPrice[];
};

/** What became of a submission; a failed one is recorded and changed no price. */
export type SubmissionOutcome = PublishedDocument | ({ outcome: "failed"; version: null } & RunFailure);

export type SubmitDocumentError = CatalogAccessDenied | RunNotClaimed | SnapshotError;

/**
 * Takes a source's document in: stores it, judges it, publishes what may be published, and finishes the run. All of it
 * happens in one transaction or not at all.
 *
 * Submitting the same run again is `run_not_claimed`; the same bytes under another run are `unchanged`, unless something
 * of them is due. A document that cannot be used as a whole, or was fetched by a clock that is fast, is recorded as the
 * run's failure, naming the check.
 */
export async function submitDocument(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  submission: Submission,
): Promise<Result<SubmissionOutcome, SubmitDocumentError>> {
  const denied = refuseUnlessSubmitter(actor);
  if (denied) return err(denied);
  const { runId, snapshot, document } = submission;
  if (isOwnSource(document.source)) {
    return err({ kind: "access_denied", message: "The operator's own prices are imported by an operator." });
  }
  const arrivedAt = ctx.clock();
  const verified = verifySnapshot(snapshot);
  if (!verified.ok) return verified;
  return inPublication(
    ctx,
    async (publication): Promise<Result<SubmissionOutcome, SubmitDocumentError>> => {
      const { tx, now } = publication;
      const run = await lockRunningRun(tx, runId);
      if (run === null) return err({ kind: "run_not_claimed", runId });
      const { source, worker } = run;
      if (source !== document.source) {
        const message = `The document is of the source ${document.source}, and the run reads ${source}.`;
        return fail(publication, { runId, source }, { check: "source", message });
      }
      const early = fastClock(worker, snapshot.fetchedAt, arrivedAt);
      if (early !== null) return fail(publication, { runId, source }, early);
      const { sizeBytes } = verified.value;
      const published = await publishDocument(publication, {
        ...submission,
        sizeBytes,
        profile: guardProfileOf(source),
        accept: false,
      });
      if (!published.ok) {
        const { error } = published;
        const failure =
          error.kind === "unusable_document"
            ? error
            : { check: error.kind, message: "The document has refused rows." };
        return fail(publication, { runId, source }, failure);
      }
      await recordSuccess(tx, { runId, at: now, sha256: snapshot.sha256, ...published.value });
      return ok(published.value);
    },
    runId,
  );
}

async function fail(
  { tx, now }: Publication,
  run: { runId: string; source: string },
  { check, message }: RunFailure,
): Promise<Result<SubmissionOutcome, never>> {
  await recordFailure(tx, { ...run, at: now, failure: { check, message } });
  return ok({ outcome: "failed", version: null, check, message });
}
