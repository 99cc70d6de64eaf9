import { err, ok, type PriceDocument, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { auditCatalogue } from "./audit.ts";
import { type CatalogAccessDenied, MANUAL_SOURCE, refuseUnlessImporter } from "./permission.ts";
import { inPublication } from "./publication.ts";
import { type PublishedDocument, publishDocument, type TrippedRow } from "./publish-document.ts";
import { snapshotOf, verifySnapshot } from "./snapshot.ts";

export type ImportDocumentInput = {
  document: PriceDocument;
  /** Activate rows that tripped a bound as well; rows nobody may activate stay refused. */
  accept?: boolean;
};

export type ImportDocumentError =
  | CatalogAccessDenied
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
  { document, accept = false }: ImportDocumentInput,
): Promise<Result<PublishedDocument, ImportDocumentError>> {
  const denied = refuseUnlessImporter(actor);
  if (denied) return err(denied);
  const unknown = refuseDocument(document);
  if (unknown !== null) return err(unknown);
  const snapshot = snapshotOf(JSON.stringify(document), "import:manual", ctx.clock());
  const verified = verifySnapshot(snapshot);
  if (!verified.ok) throw new Error(verified.error.message);
  return inPublication(ctx, async (publication): Promise<Result<PublishedDocument, ImportDocumentError>> => {
    const { sizeBytes } = verified.value;
    const undefinedMeter = await findUndefinedMeter(publication.tx, document);
    if (undefinedMeter !== null) return err(undefinedMeter);
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

type FieldError = Extract<ImportDocumentError, { kind: "validation_error" }>;

function refuseDocument({ source, offerings }: PriceDocument): FieldError | null {
  if (source !== MANUAL_SOURCE) {
    return { kind: "validation_error", field: "source", message: `must be "${MANUAL_SOURCE}"` };
  }
  const seen = new Set<string>();
  for (const [index, { provider, model, rates }] of offerings.entries()) {
    const id = `${provider}/${model}`;
    if (seen.has(id))
      return { kind: "validation_error", field: `offerings.${index}`, message: `${id} is named twice` };
    seen.add(id);
    for (const [place, { validFrom, validUntil }] of rates.entries()) {
      if (validFrom && validUntil && new Date(validFrom) >= new Date(validUntil)) {
        const field = `offerings.${index}.rates.${place}.validUntil`;
        return { kind: "validation_error", field, message: "must be after validFrom" };
      }
    }
  }
  return null;
}

/** An `x_…` meter without a definition, here or in an earlier document, could never be counted. */
async function findUndefinedMeter(
  tx: Parameters<Parameters<typeof inPublication>[1]>[0]["tx"],
  { meters, offerings }: PriceDocument,
): Promise<FieldError | null> {
  const stored = await tx<{ name: string }[]>`select name from ratebook.meter_definition`;
  const defined = new Set([...stored, ...meters].map(({ name }) => name));
  for (const [index, { rates }] of offerings.entries()) {
    for (const [place, { meter }] of rates.entries()) {
      if (!meter.startsWith("x_") || defined.has(meter)) continue;
      const field = `offerings.${index}.rates.${place}.meter`;
      return { kind: "validation_error", field, message: `${meter} is not defined; add it to meters` };
    }
  }
  return null;
}
