import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "./permission.ts";
import { freshnessBySource } from "./priced-model.ts";
import { readProposalPolicy } from "./proposal-policy.ts";
import { staleBecause } from "./staleness.ts";

/** What is wrong with prices that customers are billed by. */
export type PriceAlarms = {
  /** Days an offering counts as in use after it was used. */
  inUseDays: number;
  /** Offerings in use whose prices are older than they should be. */
  staleInUse: { offering: string; source: string; checkedAt: Date | null; because: string }[];
  /** Changes the guard holds of offerings in use, the oldest first. */
  blockedInUse: {
    id: string;
    offering: string;
    meter: string;
    source: string;
    rule: string;
    reason: string;
    heldSince: Date;
    escalatedAt: Date | null;
  }[];
  /** Usage that waits for a price, by what was used, the most first. */
  parked: ParkedVolume[];
};

/** Usage of one offering that waits for a price. */
export type ParkedVolume = {
  /** As the callers named it. */
  offering: string | null;
  reason: string | null;
  events: number;
  customers: number;
  /** Sums by meter, as decimal text. */
  quantities: Record<string, string>;
  oldest: Date;
  newest: Date;
  /** It has prices by now: rating the parked usage would debit at least a part. */
  priced: boolean;
};

type AlarmCtx = Pick<Ctx, "sql" | "clock" | "catalogue">;

/** What needs an operator's eye now; for operators. */
export async function getPriceAlarms(
  ctx: AlarmCtx,
  actor: Actor,
): Promise<Result<PriceAlarms, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  return denied ? err(denied) : ok(await readPriceAlarms(ctx));
}

/** Reads the alarms. Costs a query of usage only where something is stale or held. */
export async function readPriceAlarms(ctx: AlarmCtx): Promise<PriceAlarms> {
  const { inUseDays } = await readProposalPolicy(ctx.sql);
  const since = new Date(ctx.clock().getTime() - inUseDays * DAY_MS);
  const [staleInUse, blockedInUse, parked] = await Promise.all([
    readStaleInUse(ctx, since),
    readBlockedInUse(ctx, since),
    readParkedVolume(ctx),
  ]);
  return { inUseDays, staleInUse, blockedInUse, parked };
}

/** Which of some offerings were used since an instant, priced or not. */
export async function offeringsInUse(
  { sql }: Pick<Ctx, "sql">,
  offerings: readonly string[],
  since: Date,
): Promise<Set<string>> {
  if (offerings.length === 0) return new Set();
  const rows = await sql<{ offering: string }[]>`
    select distinct offering from ratebook.usage_event
    where created_at >= ${since} and offering = any(${offerings})`;
  return new Set(rows.map(({ offering }) => offering));
}

async function readStaleInUse(ctx: AlarmCtx, since: Date): Promise<PriceAlarms["staleInUse"]> {
  const freshness = await freshnessBySource(ctx);
  const now = ctx.clock();
  const stale = ctx.catalogue.all().flatMap(({ offering, rates }) => {
    const info = ctx.catalogue.describe(offering);
    const because = staleBecause(rates, info, freshness, now);
    if (because === null) return [];
    const source = rates.find((rate) => freshness.get(rate.source)?.stale)?.source ?? info?.source ?? "";
    const checkedAt = freshness.get(source)?.checkedAt ?? null;
    return [{ offering, source, checkedAt: info?.missingSince ?? checkedAt, because }];
  });
  const used = await offeringsInUse(
    ctx,
    stale.map(({ offering }) => offering),
    since,
  );
  return stale.filter(({ offering }) => used.has(offering));
}

async function readBlockedInUse(ctx: AlarmCtx, since: Date): Promise<PriceAlarms["blockedInUse"]> {
  // What a source no longer states is served on: that blocks nothing.
  const rows = await ctx.sql<PriceAlarms["blockedInUse"]>`
    select id, offering, meter, source, rule, reason, created_at as "heldSince", escalated_at as "escalatedAt"
    from ratebook.proposal where state = 'held' and change <> 'removed' order by created_at, id limit 5000`;
  const used = await offeringsInUse(ctx, [...new Set(rows.map(({ offering }) => offering))], since);
  return rows.filter(({ offering }) => used.has(offering));
}

async function readParkedVolume({ sql, catalogue }: AlarmCtx): Promise<ParkedVolume[]> {
  const rows = await sql<Omit<ParkedVolume, "priced">[]>`
    with waiting as (
      select u.offering, u.park_reason, u.account_id, u.pools, u.created_at from ratebook.usage_event u
      where u.state = 'parked' and not exists (select from ratebook.entry e
        where e.ref_id = u.op_id and e.account_id = u.account_id and e.bucket = u.bucket
          and e.kind in ('grant', 'debit')))
    select offering, park_reason as reason, count(*)::int as events, count(distinct account_id)::int as customers,
      min(created_at) as oldest, max(created_at) as newest,
      (select coalesce(jsonb_object_agg(meter, total), '{}') from (
        select p.meter, trim_scale(sum(p.quantity::numeric))::text as total
        from waiting w2 cross join json_each_text(w2.pools) as p(meter, quantity)
        where w2.offering is not distinct from w.offering and w2.park_reason is not distinct from w.park_reason
        group by p.meter) sums) as quantities
    from waiting w group by offering, park_reason order by events desc, offering limit ${PARKED_MAX}`;
  const priced = new Set(catalogue.all().flatMap((it) => (it.rates.length > 0 ? [it.offering] : [])));
  return rows.map((row) => ({
    ...row,
    priced: row.offering !== null && priced.has(catalogue.resolve(row.offering) ?? ""),
  }));
}

const DAY_MS = 24 * 60 * 60 * 1000;
const PARKED_MAX = 50;
