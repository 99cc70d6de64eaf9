import { createHash, randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { must, PriceDocument } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import type { z } from "zod";
import type { Actor } from "../actor.ts";
import { claimRun } from "../catalog/claim-run.ts";
import { createCatalogue, type LiveCatalogue } from "../catalog/create-catalogue.ts";
import type { DocumentAlert, RefusedPrice } from "../catalog/judge-document.ts";
import { ensurePolicy } from "../catalog/markup-policies.ts";
import type { Snapshot } from "../catalog/snapshot.ts";
import { type SubmissionOutcome, submitDocument } from "../catalog/submit-document.ts";

/** A document as tests write it: the parts that do not matter left out. */
export type DocumentDraft = {
  asOf?: string;
  meters?: z.input<typeof PriceDocument>["meters"];
  offerings: z.input<typeof PriceDocument>["offerings"];
};

/** What verbs of the catalogue need, with a clock that tests move. */
export type CatalogueFixture = {
  sql: Sql;
  clock: () => Date;
  newId: () => string;
  catalogue: LiveCatalogue;
  /** Moves the clock forward. */
  advance: (ms: number) => void;
  /** Claims a run of a source and submits a document, as a worker would. */
  submit: (source: string, draft: DocumentDraft, refused?: RefusedPrice[]) => Promise<SubmissionOutcome>;
  /** The same with a document a parser made, and the bytes it was made of. */
  submitParsed: (parsed: ParsedDraft, body: Uint8Array) => Promise<SubmissionOutcome>;
};

/** What a parser gives. */
export type ParsedDraft = {
  document: PriceDocument;
  alerts: readonly DocumentAlert[];
  refused: readonly RefusedPrice[];
};

/** A catalogue with the shipped markup policy over a test's own database; starts at 2026-11-22T00:00:00Z. */
export async function catalogueFixture(sql: Sql): Promise<CatalogueFixture> {
  let now = Date.parse("2026-11-22T00:00:00Z");
  const clock = () => new Date(now);
  const newId = () => randomUUID();
  await ensurePolicy({ sql, clock });
  const catalogue = createCatalogue({ sql, clock });
  await catalogue.refresh();
  const ctx = { sql, clock, newId, catalogue };
  const submitParsed: CatalogueFixture["submitParsed"] = async (parsed, body) => {
    const { source } = parsed.document;
    const run = await claimRun(ctx, WORKER, { source, slot: nextSlot(), trigger: "command", worker: "test" });
    if (!run.ok) throw new Error(run.error.message);
    const { runId } = must(run.value, "every slot of a test is its own");
    const outcome = await submitDocument(ctx, WORKER, {
      runId,
      ...parsed,
      snapshot: snapshot(source, body, clock()),
    });
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.error));
    return outcome.value;
  };
  return {
    ...ctx,
    advance: (ms) => {
      now += ms;
    },
    submit: (source, draft, refused = []) => {
      const document = documentOf(source, draft);
      return submitParsed({ document, alerts: [], refused }, Buffer.from(JSON.stringify(document)));
    },
    submitParsed,
  };
}

const snapshot = (source: string, body: Uint8Array, fetchedAt: Date): Snapshot => ({
  url: `https://prices.test/${source}.json`,
  fetchedAt,
  etag: null,
  lastModified: null,
  contentType: "application/json",
  httpStatus: 200,
  bodyGzip: gzipSync(body),
  sha256: createHash("sha256").update(body).digest("hex"),
});

/** A whole document from a draft. */
export const documentOf = (source: string, draft: DocumentDraft): PriceDocument =>
  PriceDocument.parse({ source, asOf: "2026-11-22T00:00:00Z", currency: "USD", ...draft });

/** A language model at these dollars per million tokens, input and output. */
export const languageModel = (
  provider: string,
  model: string,
  input: string,
  output: string,
): DocumentDraft["offerings"][number] => ({
  provider,
  model,
  modality: "language",
  rates: [
    { meter: "input_tokens", usd: input, per: 1_000_000, where: `#/${model}/in` },
    { meter: "output_tokens", usd: output, per: 1_000_000, where: `#/${model}/out` },
  ],
});

/** A catalogue worker's key. */
export const WORKER: Actor = {
  kind: "worker",
  keyId: "worker-key",
  scopes: ["catalog:submit", "clock:tick"],
};

/** The platform's operator. */
export const OPERATOR: Actor = { kind: "operator", userId: "operator-user", name: "Operator" };

let slots = 0;
const nextSlot = (): Date => new Date(Date.UTC(2026, 0, 1) + slots++ * 60_000);
