import { ok, type Result } from "../result.ts";
import { METERS, type Meter } from "./meters.ts";
import { type MeterUnits, parseQuantity, type Quantity, quantity } from "./quantity.ts";
import { type UsageError, usageError } from "./usage-error.ts";

/**
 * What one event used, by meter. Pools are exclusive: a cached token is in `cache_read_tokens` and not in
 * `input_tokens`, so nothing is billed twice. A meter that was not used is absent, never zero. Iteration is in
 * the order of METERS, `x_…` meters last by name, so receipts and hashes do not depend on the reporter.
 */
export type Pools = ReadonlyMap<Meter, Quantity>;

/** Pools of the given quantities: in canonical order and without zeros. */
export function poolsOf(entries: Iterable<readonly [Meter, Quantity]>): Pools {
  const used = [...entries].filter(([, amount]) => amount !== 0n);
  return new Map(used.sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}

/**
 * Reads quantities as a caller states them (`{ input_tokens: 1200, video_second: "8" }`) into pools.
 *
 * `meterUnits` says how the operator's `x_…` meters are counted; without it they are unknown. Errors name
 * `quantities.<meter>`.
 */
export function poolsFromQuantities(
  quantities: Readonly<Record<string, string | number | undefined>>,
  meterUnits?: MeterUnits,
): Result<Pools, UsageError> {
  const entries: (readonly [Meter, Quantity])[] = [];
  for (const [name, value] of Object.entries(quantities)) {
    if (value === undefined) continue;
    if (!isMeterName(name)) return usageError(`quantities.${name}`, "is not a known meter");
    const parsed = parseQuantity(value, name, meterUnits);
    if (!parsed.ok) return parsed;
    entries.push([name, parsed.value]);
  }
  return ok(poolsOf(entries));
}

/** Whether text names a built-in meter or has the form of an operator-defined one. */
export const isMeterName = (name: string): name is Meter =>
  Object.hasOwn(METERS, name) || /^x_[a-z0-9_]+$/.test(name);

/**
 * All input-side tokens of an event, cached and written ones and every medium included: what context tiers
 * are measured on.
 */
export function totalInputTokens(pools: Pools): Quantity {
  return quantity(INPUT_SIDE.reduce((sum, meter) => sum + (pools.get(meter) ?? 0n), 0n));
}

const INPUT_SIDE = [
  "input_tokens",
  "cache_read_tokens",
  "cache_write_tokens",
  "cache_write_1h_tokens",
  "audio_input_tokens",
  "audio_input_cached_tokens",
  "image_input_tokens",
  "image_input_cached_tokens",
  "video_input_tokens",
] as const satisfies readonly Meter[];

const ORDER = new Map<string, number>(Object.keys(METERS).map((meter, index) => [meter, index]));
const rank = (meter: Meter): number => ORDER.get(meter) ?? ORDER.size;
