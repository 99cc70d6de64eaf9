import { hash } from "node:crypto";
import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { upstreamImport, upstreamMapping } from "@ratebook/db/schema";
import { sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import { type Actor, actorLabel } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type BadRow, readUpstreamCsv, type UpstreamMapping, type UpstreamRow } from "./read-upstream-csv.ts";
import { type UpstreamOffering, upstreamOffering } from "./upstream-offering.ts";

export type ImportUpstreamInput = {
  provider: string;
  /** Which of our accounts with the provider; empty where there is one. */
  account: string;
  fileName: string;
  csv: string;
  mapping: UpstreamMapping;
  /** True: says what would be imported and writes nothing. */
  dryRun: boolean;
};

export type ImportedUpstream = {
  /** `refused`: some rows cannot be read, and nothing was written. `replayed`: this very document was imported before. */
  status: "dry_run" | "imported" | "replayed" | "refused";
  id: string | null;
  rows: number;
  total: Nanos;
  firstDay: string | null;
  lastDay: string | null;
  /** Rows that cannot be read: how many, and the first 100. */
  badRows: number;
  bad: BadRow[];
  /** The dearest 200 models, and the offering each was taken for. */
  models: { model: string; offering: string; known: boolean; rows: number; amount: Nanos }[];
  /** Lines of earlier imports whose place these days take. */
  supersedes: number;
};

export type ImportUpstreamError = { kind: "access_denied"; message: string } | InvalidField;

/**
 * Imports a provider's invoice or usage export, whole or not at all, and keeps its mapping for the next one.
 *
 * The same document of the same account, read the same way, is imported once; another document about a day takes the
 * place of what was imported for that day, provider and account before, so an export of the month so far can be imported
 * again and again. `validation_error`: the document or a column is not there, or holds nothing.
 */
export async function importUpstream(
  ctx: Pick<Ctx, "db" | "catalogue" | "clock" | "newId">,
  actor: Actor,
  input: ImportUpstreamInput,
): Promise<Result<ImportedUpstream, ImportUpstreamError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may import what upstreams billed." });
  }
  const read = readUpstreamCsv(input.csv, input.mapping);
  if (!read.ok) return err({ kind: "validation_error", field: "csv", message: read.error });
  const { rows, bad } = read.value;
  const offeringOf = (model: string) => upstreamOffering(ctx, input.provider, input.mapping.models, model);
  const days = rows.map(({ day }) => day).sort();
  const told: ImportedUpstream = {
    status: bad.length > 0 ? "refused" : "dry_run",
    id: null,
    rows: rows.length,
    total: nanos(rows.reduce((sum, { amount }) => sum + amount, 0n)),
    firstDay: days[0] ?? null,
    lastDay: days.at(-1) ?? null,
    badRows: bad.length,
    bad: bad.slice(0, 100),
    models: modelsOf(rows, offeringOf),
    supersedes: 0,
  };
  if (bad.length > 0 || told.firstDay === null || told.lastDay === null) return ok(told);
  const { provider, account, fileName, mapping } = input;
  const { firstDay, lastDay, total } = told;
  return inTransaction(ctx.db, async (tx) => {
    const sha256 = hash("sha256", JSON.stringify([input.csv, mapping]), "hex");
    // One import of a provider at a time, so that of two about a day the later takes the place of the earlier.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`upstream:${provider}`}, 0))`);
    const [earlier] = await tx.execute<{ id: string }>(sql`
      select id from ratebook.upstream_import
      where provider = ${provider} and account = ${account} and sha256 = ${sha256}`);
    if (earlier !== undefined) return ok({ ...told, status: "replayed" as const, id: earlier.id });
    const supersedes = await countEarlier(tx, input, rows);
    if (input.dryRun) return ok({ ...told, supersedes });
    const id = ctx.newId();
    const importedBy = actorLabel(actor).id;
    const now = ctx.clock();
    const facts = { provider, account, fileName, rows: rows.length, total, firstDay, lastDay };
    await tx.insert(upstreamImport).values({ id, ...facts, sha256, importedBy, importedAt: now });
    await supersede(tx, input, rows, id);
    await insertLines(tx, input, rows, id, offeringOf);
    await tx
      .insert(upstreamMapping)
      .values({ provider, mapping, updatedBy: importedBy, updatedAt: now })
      .onConflictDoUpdate({
        target: upstreamMapping.provider,
        set: { mapping, updatedBy: importedBy, updatedAt: now },
      });
    await recordAudit(ctx, tx, actor, {
      action: "upstream.import",
      subject: id,
      after: { ...facts, total: total.toString() },
    });
    return ok({ ...told, status: "imported" as const, id, supersedes });
  });
}

function modelsOf(
  rows: readonly UpstreamRow[],
  offeringOf: (model: string) => UpstreamOffering,
): ImportedUpstream["models"] {
  return [...Map.groupBy(rows, ({ model }) => model)]
    .map(([model, of]) => ({
      model,
      ...offeringOf(model),
      rows: of.length,
      amount: nanos(of.reduce((sum, { amount }) => sum + amount, 0n)),
    }))
    .sort((a, b) => (a.amount < b.amount ? 1 : -1))
    .slice(0, 200);
}

const daysOf = (rows: readonly UpstreamRow[]): string =>
  `{${[...new Set(rows.map(({ day }) => day))].join(",")}}`;

async function countEarlier(
  tx: Transaction,
  input: ImportUpstreamInput,
  rows: readonly UpstreamRow[],
): Promise<number> {
  const [row] = await tx.execute<{ lines: number }>(sql`
    select count(*)::int as lines from ratebook.upstream_line
    where superseded_by is null and provider = ${input.provider} and account = ${input.account}
      and day = any(${daysOf(rows)}::date[])`);
  return row?.lines ?? 0;
}

async function supersede(
  tx: Transaction,
  input: ImportUpstreamInput,
  rows: readonly UpstreamRow[],
  id: string,
): Promise<void> {
  await tx.execute(sql`
    update ratebook.upstream_line set superseded_by = ${id}
    where superseded_by is null and provider = ${input.provider} and account = ${input.account}
      and day = any(${daysOf(rows)}::date[])`);
}

async function insertLines(
  tx: Transaction,
  { provider, account }: ImportUpstreamInput,
  rows: readonly UpstreamRow[],
  id: string,
  offeringOf: (model: string) => UpstreamOffering,
): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    const lines = rows.slice(start, start + BATCH).map(({ line, day, model, amount, requests }) => ({
      line,
      day,
      model,
      offering: offeringOf(model).offering,
      requests: requests?.toString() ?? null,
      amount: amount.toString(),
    }));
    await tx.execute(sql`
      insert into ratebook.upstream_line (import_id, line, provider, account, day, model, offering, requests, amount)
      select ${id}::uuid, line, ${provider}, ${account}, day, model, offering, requests, amount
      from json_to_recordset(${JSON.stringify(lines)}::json)
        as l (line int, day date, model text, offering text, requests int8, amount int8)`);
  }
}

const BATCH = 2_000;
