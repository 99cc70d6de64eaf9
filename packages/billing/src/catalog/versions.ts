import { diffRates, err, ok, type RateChange, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { rateColumns, type StoredRate } from "./rate-rows.ts";

/** An immutable, numbered set of active rates. */
export type CatalogueVersion = {
  version: number;
  activeFrom: Date;
  source: string;
  runId: string | null;
  added: number;
  changed: number;
  closed: number;
  note: string | null;
};

/** Versions, the newest first; for operators. */
export async function listVersions(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  { limit, cursor }: { limit: number; cursor?: number | undefined },
): Promise<Result<{ items: CatalogueVersion[]; nextCursor: number | null }, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const rows = await sql<CatalogueVersion[]>`
    select ${columns(sql)} from ratebook.catalogue_version
    where ${cursor === undefined ? sql`true` : sql`version < ${cursor}`} order by version desc limit ${limit + 1}`;
  const items = rows.slice(0, limit);
  return ok({ items, nextCursor: rows.length > limit ? (items.at(-1)?.version ?? null) : null });
}

/** A version with what it changed against the one before, or against another. */
export type VersionDiff = CatalogueVersion & {
  against: number;
  /** Rates active in it. */
  rates: number;
  changes: RateChange<StoredRate, StoredRate>[];
};

/** One version and its differences to an earlier or later one, by default the one before; for operators. */
export async function getVersion(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  input: { version: number; against?: number | undefined },
): Promise<Result<VersionDiff, CatalogAccessDenied | { kind: "version_not_found"; version: number }>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const { version, against = version - 1 } = input;
  const [row] = await sql<CatalogueVersion[]>`
    select ${columns(sql)} from ratebook.catalogue_version where version = ${version}`;
  if (!row) return err({ kind: "version_not_found", version });
  const [low, high] = against < version ? [against, version] : [version, against];
  // Only rates that one of the two has and the other has not.
  const touched = await sql<StoredRate[]>`
    select ${rateColumns(sql)} from ratebook.rate
    where (opened_version > ${low} and opened_version <= ${high})
      or (closed_version > ${low} and closed_version <= ${high})`;
  const [count] = await sql<{ rates: number }[]>`
    select count(*)::int as rates from ratebook.rate
    where opened_version <= ${version} and (closed_version is null or closed_version > ${version})`;
  const activeIn = (at: number) =>
    touched.filter(
      (rate) => rate.openedVersion <= at && (rate.closedVersion === null || rate.closedVersion > at),
    );
  const { changes } = diffRates(activeIn(against), activeIn(version));
  return ok({ ...row, against, rates: count?.rates ?? 0, changes: [...changes] });
}

const columns = (sql: Ctx["sql"]) => sql`
  version, active_from as "activeFrom", source, run_id as "runId", added, changed, closed, note`;
