import { must, type Nanos, nanos, rateUsage } from "@ratebook/core";
import { type PriceChange, withChange } from "../catalog/with-change.ts";
import { policiesUnderContracts, totalAtItsPlace } from "../contracts/past-terms.ts";
import type { Ctx } from "../ctx.ts";
import {
  compilerOf,
  eachPastEvents,
  isPricedByList,
  PAST_EVENTS_MAX,
  type PastEvent,
  policiesByVersion,
  storedPools,
} from "./past-events.ts";
import { type Corrected, type ReratedEvent, readCorrections } from "./rerate-plan.ts";

/** What a decrease gives back in a window, half-open, of when the usage happened. */
export type GrantBackPlan = {
  /** Events of the offering that were looked at. */
  events: number;
  changed: ReratedEvent[];
  inFavour: Nanos;
  /** Left as they are: not priced by rates alone, or corrected by hand or by a re-rating of a window. */
  skipped: number;
  /** False where the window holds more events than are looked at. */
  complete: boolean;
};

/**
 * Prices usage once more as if a decrease had been in force, each event under the versions and contract that priced it,
 * so that nothing but the decrease counts. Only what becomes cheaper is listed. Exact; writes nothing.
 *
 * @param reratingId see `readCorrections`
 */
export async function planGrantBack(
  ctx: Pick<Ctx, "sql" | "catalogue">,
  change: PriceChange,
  { from, to }: { from: Date; to: Date },
  reratingId: string | null,
): Promise<GrantBackPlan> {
  const policies = await policiesByVersion(ctx);
  const under = policiesUnderContracts();
  const compile = compilerOf((offering) => withChange(offering, change));
  const changed: ReratedEvent[] = [];
  let [inFavour, skipped] = [0n, 0];

  const lookAt = async (event: PastEvent, corrected: Corrected) => {
    if (!isPricedByList(event) || corrected.byHand !== 0n || corrected.byWindow !== 0n) {
      skipped += 1;
      return;
    }
    const { customerId, opId: eventOpId, offering, catalogueVersion, policyVersion, dimensions } = event;
    const { occurredAt: at, billing, amount, contract } = event;
    const pinned = { catalogueVersion, policyVersion, contract };
    const priced = await ctx.catalogue.atVersion(offering, pinned, at);
    // A price lock keeps a decrease from its customer as it does an increase.
    if (priced === null || priced.costs !== undefined) return;
    const policy = under(
      must(policies.get(policyVersion), "a policy that priced an event is never deleted"),
      priced.contract,
    );
    const usage = { pools: storedPools(ctx, event), dimensions, billing, at, unlisted: "allow" } as const;
    const rated = rateUsage(compile(priced.offering, policy), usage);
    if (!rated.ok) return;
    const cheaper = totalAtItsPlace(rated.value, priced.offering, priced.contract, event.lines);
    if (cheaper >= amount) return;
    const before = amount + corrected.delta;
    const after = before - (amount - cheaper);
    if (after < 0n) return;
    changed.push({ customerId, eventOpId, offering, before, after });
    inFavour += before - after;
  };
  const { events, complete } = await eachPastEvents(
    ctx,
    { from, to, by: "occurred", offering: change.offering, limit: PAST_EVENTS_MAX },
    async (batch) => {
      const corrections = await readCorrections(ctx, batch, reratingId);
      for (const event of batch) {
        await lookAt(event, corrections.get(`${event.customerId} ${event.opId}`) ?? UNCORRECTED);
      }
    },
  );
  return { events, changed, inFavour: nanos(inFavour), skipped, complete };
}

const UNCORRECTED: Corrected = { delta: 0n, byWindow: 0n, byHand: 0n };
