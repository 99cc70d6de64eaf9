import {
  err,
  type MeterUnits,
  normaliseUsage,
  type Pools,
  poolsFromQuantities,
  type Result,
} from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "./usage-error.ts";
import type { ReportedUsage } from "./usage-report.ts";

/**
 * Counts reported usage: exclusive pools, in canonical order, without zeros.
 *
 * @param offering `provider/model`; a few usage formats mean different things by provider
 * @returns the field that cannot be counted, by its path in the request
 */
export function meterUsage(
  ctx: Pick<Ctx, "catalogue">,
  { usage, quantities }: ReportedUsage,
  offering: string,
): Result<Pools, InvalidField> {
  if ((usage === undefined) === (quantities === undefined)) return err(EXACTLY_ONE);
  const metered =
    usage === undefined
      ? poolsFromQuantities(asText(quantities), unitsOf(ctx))
      : normaliseUsage(usage.format, usage.raw, offering.slice(0, Math.max(offering.indexOf("/"), 0)));
  if (metered.ok) return metered;
  const { field, message } = metered.error;
  return err({ kind: "validation_error", field: inRequest(field), message: inRequest(message) });
}

/** The provider's own object is `usage.raw` of a request, wherever one of its fields is named. */
const inRequest = (text: string): string => text.replace(/(?<![\w.])usage(?=[.[]|$)/g, "usage.raw");

const unitsOf =
  ({ catalogue }: Pick<Ctx, "catalogue">): MeterUnits =>
  (meter) =>
    catalogue.meter(meter) ?? undefined;

/** Whole quantities may come as bigints through the typed client. */
function asText(quantities: ReportedUsage["quantities"]): Record<string, string | number> {
  const texts: Record<string, string | number> = {};
  for (const [meter, used] of Object.entries(quantities ?? {})) {
    texts[meter] = typeof used === "bigint" ? used.toString() : used;
  }
  return texts;
}

const EXACTLY_ONE: InvalidField = {
  kind: "validation_error",
  field: "usage",
  message: "is required, or quantities; give one of the two",
};
