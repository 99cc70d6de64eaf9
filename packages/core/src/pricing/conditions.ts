import { type Quantity, wholeQuantity } from "../meter/quantity.ts";
import type { Conditions, Dimensions } from "./price-document.ts";

/** What a request brings to the conditions of a rate. */
export type RequestFacts = {
  /** Dimensions the caller named; an absent key was not named. */
  dimensions: Dimensions;
  /** All input tokens of the event, cached ones included; context tiers look at nothing else. */
  totalInputTokens: Quantity;
  at: Date;
};

/** A dimension a request may name, the service tier apart: it has rules of its own. */
export type DimensionKey = Exclude<keyof Dimensions, "service_tier">;

/** Conditions of one rate, taken apart once so that matching an event allocates nothing. */
export type CompiledConditions = {
  readonly serviceTier: Dimensions["service_tier"];
  /** The event's total input tokens must be strictly above it; 0 where there is no context tier. */
  readonly threshold: Quantity;
  /** Minutes of the UTC day, half-open; `from > to` wraps midnight. */
  readonly window: { readonly from: number; readonly to: number } | null;
  readonly dimensions: readonly (readonly [DimensionKey, string | number | boolean])[];
  /** Number of conditions; a time-of-day window is one. */
  readonly count: number;
};

/** Takes a rate's conditions apart. A window with one end open runs from, or to, midnight. */
export function compileConditions(when: Conditions): CompiledConditions {
  const dimensions = DIMENSION_KEYS.flatMap((key) => {
    const value = when[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const hasWindow = when.utc_from !== undefined || when.utc_to !== undefined;
  const threshold = wholeQuantity(BigInt(when.total_input_tokens_above ?? 0));
  const flags = [when.service_tier !== undefined, threshold > 0n, hasWindow].filter(Boolean);
  return {
    serviceTier: when.service_tier,
    threshold,
    window: hasWindow ? { from: minuteOfDay(when.utc_from), to: minuteOfDay(when.utc_to) } : null,
    dimensions,
    count: flags.length + dimensions.length,
  };
}

/**
 * Whether every condition of a rate holds for a request.
 *
 * A condition on a dimension the request did not name does not hold. Naming the service tier "standard" is the
 * same as naming none. A context tier holds strictly above its threshold, for the whole request.
 */
export function matches(when: CompiledConditions, facts: RequestFacts): boolean {
  if (when.count === 0) return true;
  if (when.serviceTier !== undefined && when.serviceTier !== (facts.dimensions.service_tier ?? "standard")) {
    return false;
  }
  if (when.threshold > 0n && facts.totalInputTokens <= when.threshold) return false;
  for (const [key, value] of when.dimensions) if (facts.dimensions[key] !== value) return false;
  return when.window === null || contains(when.window, facts.at);
}

/** Positive when `a` is the more specific: more conditions, then the higher context threshold. 0 is a tie. */
export function compareSpecificity(a: CompiledConditions, b: CompiledConditions): number {
  if (a.count !== b.count) return a.count - b.count;
  if (a.threshold === b.threshold) return 0;
  return a.threshold > b.threshold ? 1 : -1;
}

/** Dimensions a request may name beside its service tier, in the order canonical text lists them. */
export const DIMENSION_KEYS = [
  "audio",
  "duration_seconds",
  "mode",
  "quality",
  "region",
  "resolution",
  "size",
  "tier",
] as const satisfies readonly DimensionKey[];

function contains(window: { from: number; to: number }, at: Date): boolean {
  const minute = at.getUTCHours() * 60 + at.getUTCMinutes();
  return window.from < window.to
    ? minute >= window.from && minute < window.to
    : minute >= window.from || minute < window.to;
}

function minuteOfDay(text: string | undefined): number {
  if (text === undefined) return 0;
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));
}
