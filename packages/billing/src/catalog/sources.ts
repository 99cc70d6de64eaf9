import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type CatalogAccessDenied, refuseUnlessOperator, refuseUnlessSubmitter } from "./permission.ts";

/** What a worker announces of a source it reads. */
export type AnnouncedSource = {
  source: string;
  title: string;
  homepage: string;
  /** Cron expression in UTC; null where the source is read at a start only. */
  schedule: string | null;
  freshnessHours: number;
};

/** How fresh a source's prices are. */
export type SourceFreshness = {
  source: string;
  title: string;
  homepage: string | null;
  schedule: string | null;
  freshnessHours: number | null;
  /** Day its document speaks of. */
  asOf: Date | null;
  /** Last time it was read and proved current. */
  checkedAt: Date | null;
  /** Last time its document differed. */
  changedAt: Date | null;
  lastFailureAt: Date | null;
  lastFailure: string | null;
  offerings: number;
  ageSeconds: number | null;
  /** Never read, or not for longer than its freshness allows. */
  stale: boolean;
};

/** Keeps what a worker says of the sources it reads, for people. Announcing again replaces it. */
export async function announceSources(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  { sources }: { sources: readonly AnnouncedSource[] },
): Promise<Result<null, CatalogAccessDenied>> {
  const denied = refuseUnlessSubmitter(actor);
  if (denied) return err(denied);
  await ctx.sql`
    insert into ratebook.source_state (source, title, homepage, schedule, freshness_hours)
    select source, title, homepage, schedule, "freshnessHours"
    from json_to_recordset(${JSON.stringify(sources)}::json)
      as row (source text, title text, homepage text, schedule text, "freshnessHours" integer)
    on conflict (source) do update set title = excluded.title, homepage = excluded.homepage,
      schedule = excluded.schedule, freshness_hours = excluded.freshness_hours`;
  return ok(null);
}

/** Every source with the age of its prices, by name; for operators. */
export async function listSources(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
): Promise<Result<SourceFreshness[], CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  return denied ? err(denied) : ok(await readFreshness(ctx));
}

/** How fresh each source is, by name. */
export async function readFreshness(ctx: Pick<Ctx, "sql" | "clock">): Promise<SourceFreshness[]> {
  const rows = await ctx.sql<Omit<SourceFreshness, "ageSeconds" | "stale">[]>`
    select source, coalesce(title, source) as title, homepage, schedule, freshness_hours as "freshnessHours",
      as_of as "asOf", checked_at as "checkedAt", changed_at as "changedAt", last_failure_at as "lastFailureAt",
      last_failure as "lastFailure", offerings
    from ratebook.source_state order by source`;
  const now = ctx.clock().getTime();
  return rows.map((row) => {
    const ageSeconds =
      row.checkedAt === null ? null : Math.max(0, Math.floor((now - row.checkedAt.getTime()) / 1000));
    return { ...row, ageSeconds, stale: isStale(ageSeconds, row.freshnessHours) };
  });
}

const isStale = (ageSeconds: number | null, freshnessHours: number | null): boolean =>
  freshnessHours !== null && (ageSeconds === null || ageSeconds > freshnessHours * 3600);
