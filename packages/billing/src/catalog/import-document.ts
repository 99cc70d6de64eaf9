import { err, type InvalidDocument, ok, parsePriceDocument, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { type CatalogAccessDenied, MANUAL_SOURCE, refuseUnlessImporter } from "./permission.ts";
import { inPublication } from "./publication.ts";
import { type PublishedDocument, publishDocument, type TrippedRow } from "./publish-document.ts";
import { snapshotOf, verifySnapshot } from "./snapshot.ts";

export type ImportDocumentInput = {
  /** A price document of the source "manual", as it was read from JSON. */
  document: unknown;
  /** Activate rows that tripped a bound as well; rows nobody may activate stay refused. */
  accept?: boolean | undefined;
};

export type ImportDocumentError =
  | CatalogAccessDenied
  | InvalidDocument
  | { kind: "validation_error"; field: string; message: string }
  | { kind: "import_refused"; rows: TrippedRow[] }
  | { kind: "import_acceptance_required"; rows: TrippedRow[] };

/**
 * Takes the operator's own prices in: they are validated in full, outrank every other source and are active at once.
 *
 * Offerings the document does not name stay as they are; one it names has exactly the rates it states. The same document
 * again changes nothing. A row nobody may activate, or one that trips a bound without `accept`, refuses the whole import
 * and nothing is written.
 */
export async function importDocument(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  actor: Actor,
  input: ImportDocumentInput,
): Promise<Result<PublishedDocument, ImportDocumentError>> {
  const { accept = false } = input;
  const denied = refuseUnlessImporter(actor);
  if (denied) return err(denied);
  const parsed = parsePriceDocument(input.document);
  if (!parsed.ok) return parsed;
  const document = parsed.value;
  if (document.source !== MANUAL_SOURCE) {
    return err({ kind: "validation_error", field: "source", message: `must be "${MANUAL_SOURCE}"` });
  }
  const snapshot = snapshotOf(JSON.stringify(document), "import:manual", ctx.clock());
  const verified = verifySnapshot(snapshot);
  if (!verified.ok) throw new Error(verified.error.message);
  return inPublication(ctx, async (publication): Promise<Result<PublishedDocument, ImportDocumentError>> => {
    const { sizeBytes } = verified.value;
    const published = await publishDocument(publication, {
      document,
      snapshot,
      sizeBytes,
      alerts: [],
      refused: [],
      profile: "operator",
      accept,
    });
    if (!published.ok) {
      const { error } = published;
      if (error.kind === "rows_refused") return err({ kind: "import_refused", rows: error.rows });
      if (error.kind === "acceptance_required")
        return err({ kind: "import_acceptance_required", rows: error.rows });
      return err({ kind: "validation_error", field: "document", message: error.message });
    }
    const { outcome, version, counts } = published.value;
    if (outcome !== "unchanged") {
      await auditCatalogue(publication, actor, {
        action: "catalogue.import",
        subject: MANUAL_SOURCE,
        after: { version, offerings: counts.offerings, sha256: snapshot.sha256, accepted: accept },
      });
    }
    return ok(published.value);
  });
}
