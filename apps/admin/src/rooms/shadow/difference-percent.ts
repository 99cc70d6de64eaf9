import type { Nanos } from "@ratebook/core";

/** A difference in tenths of a percent of what was taken, cut and never rounded up: "+13.3 %"; a dash where nothing was. */
export function differencePercent(difference: Nanos, taken: Nanos): string {
  if (taken <= 0n) return "–";
  const size = difference < 0n ? 0n - difference : BigInt(difference);
  const tenths = (size * 1000n) / taken;
  const sign = difference > 0n ? "+" : difference < 0n ? "−" : "";
  return `${sign}${tenths / 10n}.${tenths % 10n} %`;
}
