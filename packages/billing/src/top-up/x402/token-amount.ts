import { type Nanos, nanos } from "@ratebook/core";
import type { X402Token } from "./x402-rail.ts";

/** Units of a dollar token as credits: one token is one dollar is one credit. Exact for at most 9 decimals. */
export const creditsOf = (units: bigint, { decimals }: X402Token): Nanos => nanos(units * scaleOf(decimals));

/** Credits as units of the token; null where the token cannot express the amount. */
export function unitsOf(amount: Nanos, { decimals }: X402Token): bigint | null {
  const scale = scaleOf(decimals);
  return amount % scale === 0n ? amount / scale : null;
}

/** Nanos in one unit. A token of more decimals would need rounding, so it is never configured. */
function scaleOf(decimals: number): bigint {
  if (decimals < 0 || decimals > NANO_PLACES) throw new RangeError(`a token of ${decimals} decimals`);
  return 10n ** BigInt(NANO_PLACES - decimals);
}

const NANO_PLACES = 9;
