import { dayText } from "../app/instant-text.ts";
import type { PricedModel } from "../rooms/catalogue/shown-rates.ts";

type Terms = Pick<
  PricedModel["rates"][number],
  "unit" | "minimum" | "increment" | "included" | "validFrom" | "validUntil"
>;

/** What bends a quantity and when a price is valid, as one line: "at least 1 second, valid until 2026-12-31"; null for a plain one. */
export function rateTermsText({
  unit,
  minimum,
  increment,
  included,
  validFrom,
  validUntil,
}: Terms): string | null {
  const parts = [
    minimum !== null && `at least ${counted(minimum, unit)}`,
    increment !== null && `in steps of ${counted(increment, unit)}`,
    included !== null && `${counted(included, unit)} included`,
    validFrom !== null && `valid from ${dayText(validFrom)}`,
    validUntil !== null && `valid until ${dayText(validUntil)}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? null : parts.join(", ");
}

const counted = (count: string, unit: string): string => `${count} ${count === "1" ? unit : `${unit}s`}`;
