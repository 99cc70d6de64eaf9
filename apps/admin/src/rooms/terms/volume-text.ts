import { formatQuantity, formatUsd, nanos, quantity, type VolumeDiscount } from "@ratebook/core";
import { groupDigits } from "../../money/group-digits.ts";
import { dollars } from "../catalogue/unit-price.ts";
import { meterText } from "../wallet/meter-text.ts";

/** A volume of a discount, nanos or billionths of a unit, as people read it: "$5.00", "1,000,000 input tokens". */
export function volumeText({ by, match }: Pick<VolumeDiscount, "by" | "match">, volume: bigint): string {
  if (by === "spend") return dollars(formatUsd(nanos(volume)));
  const meter = match.meter === undefined ? "units" : meterText(match.meter);
  return `${groupDigits(formatQuantity(quantity(volume)))} ${/^[A-Z]{2}/.test(meter) ? meter : meter.toLowerCase()}`;
}
