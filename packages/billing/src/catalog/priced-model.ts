import type { Modality } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import type { OfferingInfo } from "./catalogue.ts";
import type { ShownRate } from "./priced-rates.ts";
import type { SoldRates } from "./sold-rates.ts";
import { readFreshness, type SourceFreshness } from "./sources.ts";
import { staleBecause } from "./staleness.ts";

/** An offering on the price list. */
export type PricedModel = {
  offering: string;
  provider: string;
  model: string;
  name: string | null;
  modality: Modality;
  listed: boolean;
  source: string;
  /** When its prices were last checked at their origin; null where nothing says so. */
  checkedAt: Date | null;
  ageSeconds: number | null;
  /** Its prices were not confirmed for longer than its source's freshness allows. */
  stale: boolean;
  /** Why, in one sentence. */
  staleBecause: string | null;
  /** Set while its source no longer names it. */
  missingSince: Date | null;
  /** Set where the contract's price lock made the rates: the catalogue version they are of, and when the lock ends. */
  priceLock: SoldRates["priceLock"];
  rates: ShownRate[];
};

/** An offering as the list shows it: its rates, and how fresh they are. */
export function pricedModel(
  offering: Pick<OfferingInfo, "offering" | "provider" | "model" | "modality" | "listed">,
  info: OfferingInfo | null,
  { rates, priceLock }: SoldRates,
  freshness: ReadonlyMap<string, SourceFreshness>,
  now: Date,
): PricedModel {
  const source = rates[0]?.source ?? info?.source ?? "";
  // What a source no longer names it does not confirm, however often it is read.
  const checkedAt = info?.checkedAt ?? info?.missingSince ?? freshness.get(source)?.checkedAt ?? null;
  const because = staleBecause(rates, info, freshness, now);
  return {
    offering: offering.offering,
    provider: offering.provider,
    model: offering.model,
    name: info?.name ?? null,
    modality: offering.modality,
    listed: offering.listed,
    source,
    checkedAt,
    ageSeconds:
      checkedAt === null ? null : Math.max(0, Math.floor((now.getTime() - checkedAt.getTime()) / 1000)),
    stale: because !== null,
    staleBecause: because,
    missingSince: info?.missingSince ?? null,
    priceLock,
    rates,
  };
}

/** How fresh each source is, by its name. */
export async function freshnessBySource(
  ctx: Pick<Ctx, "sql" | "clock">,
): Promise<ReadonlyMap<string, SourceFreshness>> {
  return new Map((await readFreshness(ctx)).map((source) => [source.source, source]));
}
