import type { Sql } from "@ratebook/db";
import type { Ctx } from "../ctx.ts";

/** Queries inside one transaction. */
export type Tx = Parameters<Parameters<Sql["begin"]>[1]>[0];

/** Queries, inside a transaction or not. */
export type Query = Sql | Tx;

/** One change of the catalogue while it is being made. */
export type Publication = {
  tx: Tx;
  /** The instant a version made now becomes active; never before the last version's. */
  now: Date;
  newId: () => string;
  runId: string | null;
};

/**
 * Runs work that changes the catalogue: in one transaction, one publication at a time on all replicas. Replicas are
 * told on COMMIT (NOTIFY `ratebook_catalogue`), and this process reads the change before the caller goes on.
 *
 * Versions are dated by `ctx.clock`. A work that throws, changes nothing.
 */
export async function inPublication<T>(
  ctx: Pick<Ctx, "sql" | "clock" | "newId" | "catalogue">,
  work: (publication: Publication) => Promise<T>,
  runId: string | null = null,
): Promise<T> {
  const value = await ctx.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK_KEY}::int8)`;
    const [last] = await tx<{ activeFrom: Date | null }[]>`
      select max(active_from) as "activeFrom" from ratebook.catalogue_version`;
    const clock = ctx.clock();
    const now = last?.activeFrom && last.activeFrom > clock ? last.activeFrom : clock;
    const result = await work({ tx, now, newId: ctx.newId, runId });
    await tx`select pg_notify(${CATALOGUE_CHANNEL}, '')`;
    return { result };
  });
  await ctx.catalogue.refresh();
  // postgres.js unwraps arrays of promises in its own return type; the wrapper keeps T as it is.
  return value.result as T;
}

/** Channel on which replicas hear that the catalogue changed. */
export const CATALOGUE_CHANNEL = "ratebook_catalogue";

/** Any constant: it only has to differ from other locks in the same database. */
const LOCK_KEY = "7310868733202";
