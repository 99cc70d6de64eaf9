import { type Nanos, nanos, rateUsage } from "@ratebook/core";
import { totalAtItsPlace } from "../contracts/past-terms.ts";
import type { Ctx } from "../ctx.ts";
import {
  eachPastEvents,
  isPricedByList,
  PAST_EVENTS_MAX,
  type PastEvent,
  storedPools,
} from "./past-events.ts";

/** Which usage is priced once more, and by which version. */
export type RerateWindow = {
  /** Half-open, of when the usage happened. */
  from: Date;
  to: Date;
  /** Catalogue version whose rates are used; each event keeps its own markup rules. */
  version: number;
  offering: string | null;
  customerId: string | null;
};

/** One event whose amount would differ. */
export type ReratedEvent = {
  customerId: string;
  eventOpId: string;
  offering: string;
  before: bigint;
  after: bigint;
};

/** What a version's rates would make of a window. */
export type ReratePlan = {
  /** Rated events looked at. */
  events: number;
  changed: ReratedEvent[];
  /** What the looked-at events cost by now, and would cost. */
  before: Nanos;
  after: Nanos;
  /** Events the version has no price for; they stay as they are. */
  unpriced: number;
  /** Events whose amount was not decided by rates alone, or that were given back by hand; they stay as they are. */
  skipped: number;
  /** False where the window holds more events than are looked at. */
  complete: boolean;
};

/**
 * Prices a window of usage by the rates of a version. Exact; writes nothing.
 *
 * An event's amount before is what it costs by now: with earlier re-ratings, without those that were undone.
 *
 * @param reratingId left out of what was corrected before, so that an interrupted re-rating plans the same again
 */
export async function planRerating(
  ctx: Pick<Ctx, "sql" | "catalogue">,
  window: RerateWindow,
  reratingId: string | null,
): Promise<ReratePlan> {
  const changed: ReratedEvent[] = [];
  let [before, after, unpriced, skipped] = [0n, 0n, 0, 0];
  const { events, complete } = await eachPastEvents(
    ctx,
    { ...window, by: "occurred", limit: PAST_EVENTS_MAX },
    async (batch) => {
      const corrections = await readCorrections(ctx, batch, reratingId);
      for (const event of batch) {
        const corrected = corrections.get(`${event.customerId} ${event.opId}`) ?? { delta: 0n, byHand: 0n };
        if (!isPricedByList(event) || corrected.byHand > 0n) {
          skipped += 1;
          continue;
        }
        const price = await priceBy(ctx, event, window.version);
        if (price === null) {
          unpriced += 1;
          continue;
        }
        const cost = event.amount + corrected.delta;
        before += cost;
        after += price;
        if (price === cost) continue;
        const { customerId, opId: eventOpId, offering } = event;
        changed.push({ customerId, eventOpId, offering, before: cost, after: price });
      }
    },
  );
  return { events, changed, before: nanos(before), after: nanos(after), unpriced, skipped, complete };
}

async function priceBy(
  ctx: Pick<Ctx, "catalogue">,
  event: PastEvent,
  catalogueVersion: number,
): Promise<bigint | null> {
  const { offering, policyVersion, contract, occurredAt: at, dimensions, billing } = event;
  // A price lock goes before the version: what was promised is not priced anew.
  const priced = await ctx.catalogue.atVersion(offering, { catalogueVersion, policyVersion, contract }, at);
  if (priced === null) return null;
  const pools = storedPools(ctx, event);
  const rated = rateUsage(priced.compiled, { pools, dimensions, billing, at, unlisted: "allow" });
  return rated.ok ? totalAtItsPlace(rated.value, priced.offering, priced.contract, event.lines) : null;
}

/** How events cost something else by now than they did, in nanos. */
export type Corrected = {
  /** By re-ratings of windows and grant-backs together, and by the first alone. */
  delta: bigint;
  byWindow: bigint;
  /** Given back in other ways. */
  byHand: bigint;
};

/**
 * What re-ratings changed of each event so far, and what was given back in other ways, by `customer event`.
 *
 * @param reratingId left out, so that an interrupted re-rating plans the same again
 */
export async function readCorrections(
  { sql }: Pick<Ctx, "sql">,
  events: readonly PastEvent[],
  reratingId: string | null,
): Promise<Map<string, Corrected>> {
  const customers = events.map(({ customerId }) => customerId);
  const ops = events.map(({ opId }) => opId);
  const rows = await sql<(Corrected & { customerId: string; opId: string })[]>`
    select k.account_id as "customerId", k.op_id as "opId", coalesce(r.delta, 0)::int8 as delta,
      coalesce(r.by_window, 0)::int8 as "byWindow",
      coalesce(g.given, 0)::int8 as "byHand"
    from unnest(${customers}::uuid[], ${ops}::uuid[]) as k(account_id, op_id)
    left join lateral (
      -- What the ledger has counts, noted here or not: a crash may have come between.
      select sum(e.after - e.before) as delta,
        sum(e.after - e.before) filter (where run.proposal_id is null) as by_window from ratebook.rerated_event e
      join ratebook.rerating run on run.id = e.rerating_id
      join ratebook.entry on entry.op_id = e.adjustment_op_id and entry.account_id = e.customer_id
        and entry.bucket = ratebook.bucket_of(e.customer_id)
      where e.customer_id = k.account_id and e.event_op_id = k.op_id and run.state in ('posting', 'posted')
        and run.id is distinct from ${reratingId}::uuid) r on true
    left join lateral (
      select sum(ratebook.still_given(entry)) as given from ratebook.entry
      where entry.ref_id = k.op_id and entry.account_id = k.account_id
        and entry.bucket = ratebook.bucket_of(k.account_id) and entry.kind = 'grant'
        and not exists (select from ratebook.rerated_event e
          where e.customer_id = k.account_id and e.event_op_id = k.op_id and e.adjustment_op_id = entry.op_id)) g on true
    where r.delta is not null or g.given is not null`;
  return new Map(rows.map(({ customerId, opId, ...row }) => [`${customerId} ${opId}`, row]));
}
