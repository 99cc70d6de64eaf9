import type { Rate } from "./rate.ts";

/** Whether a rate's own dates allow it at an instant; `validUntil` itself is outside. */
export const isInForce = (rate: Pick<Rate, "validFrom" | "validUntil">, at: Date): boolean =>
  (rate.validFrom === null || rate.validFrom <= at) && (rate.validUntil === null || at < rate.validUntil);
