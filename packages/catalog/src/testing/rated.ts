import {
  compileOffering,
  type Dimensions,
  MarkupPolicy,
  normaliseUsage,
  type RatedUsage,
  type Result,
  rateUsage,
  type Unrated,
  type UsageFormat,
} from "@ratebook/core";
import type { ParsedSource } from "../source.ts";
import { offeringNamed } from "./parsed.ts";

/** What an event costs upstream at the prices of a parsed document, rated by core as any event is. */
export function ratedAt(
  parsed: ParsedSource,
  id: string,
  format: UsageFormat,
  usage: unknown,
  dimensions?: Dimensions,
): Result<RatedUsage, Unrated> {
  const pools = normaliseUsage(format, usage);
  if (!pools.ok) throw new Error(`${pools.error.field} ${pools.error.message}`);
  const { provider, model, modality, rates } = offeringNamed(parsed, id);
  const stored = rates.map((rate, index) => ({
    ...rate,
    rateId: `#${index}`,
    offering: id,
    per: BigInt(rate.per),
    free: rate.free === true,
    minimum: null,
    increment: null,
    included: null,
    ownCost: null,
    source: parsed.document.source,
    where: rate.where ?? null,
    sha256: "00",
    validFrom: null,
    validUntil: null,
  }));
  const offering = { offering: id, provider, model, modality, listed: true, rates: stored };
  const policy = MarkupPolicy.parse({ id: "cost", rules: [{ id: "all", percentBps: 0 }] });
  const at = new Date(parsed.document.asOf);
  return rateUsage(compileOffering(offering, policy), { pools: pools.value, dimensions, at });
}
