import { dayText, must, type ResourceRun } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import type { ResourceKind } from "./kinds.ts";

/** A day of a resource that is to be billed now, and what is known of it. */
export type DueDay = {
  id: string;
  customerId: string;
  kind: string;
  name: string;
  day: Date;
  runs: ResourceRun[];
  /** Average of the day's samples, or of the last one before where the day has none. */
  bytes: bigint;
  samples: number;
};

type Row = { id: string; customerId: string; kind: string; name: string; day: string };

/**
 * Days that are over, the earliest first, at most one of each resource: the next one follows it. What was deleted is due
 * at once, its last day included. What is stored is due an hour later than what runs, so that samples still come in.
 */
export async function readDueDays(
  ctx: Pick<Ctx, "sql" | "clock">,
  kinds: ReadonlyMap<string, ResourceKind>,
  { limit, ids, except }: { limit: number; ids: readonly string[] | null; except: readonly string[] },
): Promise<DueDay[]> {
  const now = ctx.clock();
  const stored = [...kinds.values()].filter(({ measure }) => measure === "stored").map(({ kind }) => kind);
  const today = dayText(now);
  const storedToday = dayText(new Date(now.getTime() - SAMPLE_GRACE_MS));
  const { sql } = ctx;
  const rows = await sql<Row[]>`
    select id, customer_id as "customerId", kind, name, next_day::text as day from ratebook.resource
    where next_day is not null and (next_day < ${today}::date or state = 'deleted')
      and (kind <> all(${stored}) or next_day < ${storedToday}::date or state = 'deleted')
      ${ids === null ? sql`` : sql`and id = any(${[...ids]}::uuid[])`}
      ${except.length === 0 ? sql`` : sql`and id <> all(${[...except]}::uuid[])`}
    order by next_day, id limit ${limit}`;
  const [runs, samples] = await Promise.all([
    readRuns(
      ctx,
      rows.filter(({ kind }) => !stored.includes(kind)),
    ),
    readSamples(
      ctx,
      rows.filter(({ kind }) => stored.includes(kind)),
    ),
  ]);
  return rows.map(({ day, ...row }) => ({
    ...row,
    day: new Date(`${day}T00:00:00Z`),
    runs: runs.get(row.id) ?? [],
    bytes: samples.get(row.id)?.bytes ?? 0n,
    samples: samples.get(row.id)?.samples ?? 0,
  }));
}

type RunRow = { id: string; from: Date; to: Date | null; weight: bigint };

async function readRuns(
  { sql }: Pick<Ctx, "sql">,
  rows: readonly Row[],
): Promise<Map<string, ResourceRun[]>> {
  if (rows.length === 0) return new Map();
  const found = await sql<RunRow[]>`
    select d.id, r.started_at as from, r.ended_at as to, r.weight
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ day }) => day)}::text[]::date[]) as d(id, day)
    join ratebook.resource_run r on r.resource_id = d.id and r.started_at < (d.day + 1)::timestamp at time zone 'UTC'
      and (r.ended_at is null or r.ended_at > d.day::timestamp at time zone 'UTC')
    order by r.started_at`;
  const byId = new Map<string, ResourceRun[]>(rows.map(({ id }) => [id, []]));
  for (const { id, ...run } of found) must(byId.get(id), "runs are read of the rows asked for").push(run);
  return byId;
}

type Average = { id: string; bytes: bigint; samples: number };

async function readSamples({ sql }: Pick<Ctx, "sql">, rows: readonly Row[]): Promise<Map<string, Average>> {
  if (rows.length === 0) return new Map();
  const found = await sql<Average[]>`
    select d.id, coalesce(s.samples, 0) as samples, coalesce(s.bytes, (
      select l.bytes from ratebook.storage_sample l
      where l.resource_id = d.id and l.sampled_at < d.day::timestamp at time zone 'UTC'
      order by l.sampled_at desc limit 1), 0)::int8 as bytes
    from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ day }) => day)}::text[]::date[]) as d(id, day)
    cross join lateral (
      select count(*)::int as samples, round(avg(x.bytes))::int8 as bytes from ratebook.storage_sample x
      where x.resource_id = d.id and x.sampled_at >= d.day::timestamp at time zone 'UTC'
        and x.sampled_at < (d.day + 1)::timestamp at time zone 'UTC') s`;
  return new Map(found.map((it) => [it.id, it]));
}

const SAMPLE_GRACE_MS = 3_600_000;
