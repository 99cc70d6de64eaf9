import { err, type Nanos, ok, type Result, type Unrated } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { meterUsage } from "./meter-usage.ts";
import { priceUsage } from "./price-draft.ts";
import { type DebitLine, debitLine } from "./stored-line.ts";
import type { InvalidField } from "./usage-error.ts";
import { type EventContext, type NamedOffering, offeringName, type ReportedUsage } from "./usage-report.ts";

export type PreviewPriceInput = NamedOffering & ReportedUsage & Pick<EventContext, "dimensions">;

/** What usage would cost at this instant; a promise to nobody. */
export type PricePreview = {
  offering: string;
  amount: Nanos;
  upstream: Nanos;
  lines: readonly DebitLine[];
  catalogueVersion: number | null;
  policyVersion: number | null;
};

/**
 * Prices usage at the latest stored rates, as a debit of this instant would, for price pages: nothing is written,
 * promised or debited, and no customer is needed.
 *
 * Without usage and quantities it prices the offering's default request; null where the offering has none. `unrated`
 * where something has no price.
 */
export async function previewPrice(
  ctx: Pick<Ctx, "catalogue" | "clock">,
  input: PreviewPriceInput,
): Promise<Result<PricePreview | null, InvalidField | Unrated>> {
  const offering = offeringName(input);
  if (offering === null) return err(NO_OFFERING);
  const asked = input.usage === undefined && input.quantities === undefined ? null : input;
  const known = ctx.catalogue.resolve(offering);
  const standard = known === null ? null : (ctx.catalogue.describe(known)?.defaultRequest ?? null);
  // An unknown offering goes on, to fail in the words a debit fails with.
  if (asked === null && known !== null && standard === null) return ok(null);
  const request = asked ?? standard ?? { quantities: {} };
  const pools = meterUsage(
    ctx,
    { quantities: request.quantities, ...(asked && { usage: asked.usage }) },
    offering,
  );
  if (!pools.ok) return pools;
  const priced = await priceUsage(ctx, {
    offering,
    pools: pools.value,
    dimensions: request.dimensions ?? {},
    billing: "platform",
    at: ctx.clock(),
    pinned: null,
  });
  if (!priced.ok) return priced;
  const { total, listCost, lines, catalogueVersion, policyVersion } = priced.value;
  return ok({
    offering: priced.value.offering ?? offering,
    amount: total,
    upstream: listCost,
    lines: lines.map(debitLine),
    catalogueVersion,
    policyVersion,
  });
}

const NO_OFFERING: InvalidField = {
  kind: "validation_error",
  field: "offering",
  message: "is required: name an offering, or a provider and a model",
};
