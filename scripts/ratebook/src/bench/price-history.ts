import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import {
  type Actor,
  claimRun,
  createCatalogue,
  ensurePolicy,
  importDocument,
  submitDocument,
} from "@ratebook/billing";
import { must, PriceDocument } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import { newId } from "./debit-op.ts";
import type { Lab } from "./lab.ts";

/** A catalogue with a past. */
export type PriceHistory = {
  offerings: number;
  versions: number;
  /** The offering with that number; those below `moving` are repriced once. */
  nameOf: (index: number) => string;
  moving: number;
  /** Instant at which a version became active; from version 2 on all offerings are known. */
  activeFrom: (version: number) => Date;
  /** Input price in a version, USD per million tokens. */
  inputPrice: (index: number, version: number) => string;
};

/**
 * Writes 10,000 offerings on sale with four rates each in 50 versions two days apart, so that two thirds of the past are
 * older than what a process keeps in memory. A source brings 200 of them and reprices a few in each version; the operator
 * imports the others.
 */
export async function writePriceHistory(sql: Sql, { quick }: Pick<Lab, "quick">): Promise<PriceHistory> {
  const offerings = quick ? 500 : 10_000;
  const versions = quick ? 25 : 50;
  const start = Date.now() - (versions + 1) * STEP_MS;
  let now = new Date(start);
  const clock = (): Date => now;
  await ensurePolicy({ sql, clock });
  const catalogue = createCatalogue({ sql, clock });
  await catalogue.refresh();
  const ctx = { sql, clock, newId, catalogue };
  const repricedIn = (index: number): number =>
    index < MOVING ? 3 + (index % (versions - 2)) : Number.POSITIVE_INFINITY;
  const history: PriceHistory = {
    offerings,
    versions,
    moving: MOVING,
    nameOf: (index) => `${providerOf(index)}/${modelOf(index)}`,
    activeFrom: (version) => new Date(start + version * STEP_MS),
    inputPrice: (index, version) => (version >= repricedIn(index) ? "1.1" : "1"),
  };

  function documentOf(source: string, [from, to]: readonly [number, number], version: number): PriceDocument {
    const named = Array.from({ length: to - from }, (_, index) => from + index);
    const models = named.map((index) => offeringOf(index, history.inputPrice(index, version)));
    return PriceDocument.parse({ source, asOf: now.toISOString(), currency: "USD", offerings: models });
  }

  async function submit(version: number): Promise<number | null> {
    const document = documentOf(SOURCE, [0, MOVING], version);
    const claimed = await claimRun(ctx, WORKER, {
      source: SOURCE,
      slot: now,
      trigger: "command",
      worker: "bench",
    });
    const { runId } = must(claimed.ok ? claimed.value : null, "every slot is another instant");
    const body = Buffer.from(JSON.stringify(document));
    const sha256 = createHash("sha256").update(body).digest("hex");
    const about = { url: "https://prices.example/", fetchedAt: now, etag: null, lastModified: null };
    const answer = { contentType: "application/json", httpStatus: 200 };
    const snapshot = { ...about, ...answer, sha256, bodyGzip: gzipSync(body) };
    const submitted = await submitDocument(ctx, WORKER, {
      runId,
      snapshot,
      document,
      alerts: [],
      refused: [],
    });
    if (!submitted.ok || submitted.value.outcome === "failed")
      throw new Error(`a version could not be made: ${JSON.stringify(submitted)}`);
    return submitted.value.version;
  }

  async function importOthers(version: number): Promise<number | null> {
    const document = documentOf("manual", [MOVING, offerings], version);
    const imported = await importDocument(ctx, OPERATOR, { document });
    if (!imported.ok)
      throw new Error(`a version could not be made: ${JSON.stringify(imported.error).slice(0, 500)}`);
    return imported.value.version;
  }

  for (let version = 1; version <= versions; version += 1) {
    now = history.activeFrom(version);
    const made = await (version === 2 ? importOthers(version) : submit(version));
    if (made !== version) throw new Error(`version ${version} was made as ${made}`);
  }
  return history;
}

const providerOf = (index: number): string => `maker-${index % 40}`;
const modelOf = (index: number): string => `ridge-${index}`;

function offeringOf(index: number, inputUsd: string) {
  const per = 1_000_000;
  const rates = [
    { meter: "input_tokens", usd: inputUsd, per },
    { meter: "input_tokens", usd: "2", per, when: { total_input_tokens_above: 200_000 } },
    { meter: "cache_read_tokens", usd: "0.1", per },
    { meter: "output_tokens", usd: "4", per },
  ];
  const about = { provider: providerOf(index), model: modelOf(index), name: `Ridge ${index}` };
  return { ...about, modality: "language", listed: true, rates };
}

const SOURCE = "litellm";
/** Offerings of the source. */
const MOVING = 200;
const WORKER: Actor = { kind: "worker", keyId: "bench", scopes: ["catalog:submit"] };
const OPERATOR: Actor = { kind: "system", name: "bench" };
const STEP_MS = 2 * 24 * 60 * 60 * 1000;
