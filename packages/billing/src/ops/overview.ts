import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { type PriceAlarms, readPriceAlarms } from "../catalog/price-alarms.ts";
import { readFreshness, type SourceFreshness } from "../catalog/sources.ts";
import type { Ctx } from "../ctx.ts";
import { countParked, type LedgerTotals, readTotals } from "../ledger/read-totals.ts";

/** The operator's first look: money, prices, and what waits for a decision. Days and months are UTC. */
export type Overview = LedgerTotals & {
  customers: number;
  /** Changes of prices that the guard has not let through. */
  heldProposals: number;
  /** Usage that could not be priced yet. */
  parked: number;
  /** Customers whose resources are warned of, or being stopped. */
  shutdowns: number;
  catalogueVersion: number;
  /** Prices in use that are stale, blocked by a held change, or missing. */
  priceAlarms: PriceAlarms;
  /** How fresh the prices of each source are. */
  sources: SourceFreshness[];
  asOf: Date;
};

/** Reads the overview; for operators. */
export async function overview(
  ctx: Ctx,
  actor: Actor,
): Promise<Result<Overview, { kind: "access_denied"; message: string }>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may see the overview." });
  }
  const asOf = ctx.clock();
  const [totals, parked, sources, priceAlarms, counts] = await Promise.all([
    readTotals(ctx, asOf),
    countParked(ctx),
    readFreshness(ctx),
    readPriceAlarms(ctx),
    ctx.sql<{ customers: number; held: number; shutdowns: number }[]>`
      select (select count(*)::int from ratebook.customer) as customers,
             (select count(*)::int from ratebook.proposal where state = 'held') as held,
             (select count(*)::int from ratebook.shutdown_notice where state in ('warned', 'stopping')) as shutdowns`,
  ]);
  return ok({
    ...totals,
    customers: counts[0]?.customers ?? 0,
    heldProposals: counts[0]?.held ?? 0,
    parked,
    shutdowns: counts[0]?.shutdowns ?? 0,
    priceAlarms,
    sources,
    catalogueVersion: ctx.catalogue.current().catalogueVersion,
    asOf,
  });
}
