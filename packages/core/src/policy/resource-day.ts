import { type Quantity, quantity } from "../meter/quantity.ts";
import { roundHalfEven } from "../money/rounding.ts";
import { FLAT_SIZE } from "./container-size.ts";

/** A stretch in which a resource ran unchanged; half-open, null while it runs. */
export type ResourceRun = {
  from: Date;
  to: Date | null;
  /** How much of what the price is for, in parts of `scale`. */
  weight: bigint;
};

/** What of a day is billed at one price. */
export type DayPiece = {
  /** An instant at which that price was in force. */
  at: Date;
  /** In days of what the price is for. */
  quantity: Quantity;
};

/** What a resource used on one UTC day. */
export type ResourceDay = {
  pieces: DayPiece[];
  /** Time it ran, whatever its size. */
  ranMs: number;
  /** Time that is billed: at least an hour of a day on which it ran. */
  billedMs: number;
  /** The last instant it ran; null where it did not run. */
  lastAt: Date | null;
};

/**
 * Adds up one UTC day of a resource, each stretch at the price of its moment.
 *
 * Quantities are the running total rounded, less the running total before, so that however often the price changed in
 * a day they add up to the whole day: 24 hours of the flat size are exactly 1. A day on which it ran for less than an
 * hour counts an hour, at the size and price it had last.
 *
 * @param moments instants within the day at which the price changed, in order
 * @param scale the weight of what the price is for: one container of the flat size, or a GB in bytes
 */
export function resourceDay(
  dayStart: Date,
  runs: readonly ResourceRun[],
  moments: readonly Date[],
  scale = BigInt(FLAT_SIZE),
): ResourceDay {
  const from = dayStart.getTime();
  const end = from + DAY_MS;
  const edges = [from, ...moments.map((it) => it.getTime()).filter((it) => it > from && it < end), end];
  const parts = overlaps(runs, edges);
  const ranMs = parts.reduce((sum, { ms }) => sum + ms, 0);
  const last = parts.at(-1);
  if (last === undefined) return { pieces: [], ranMs: 0, billedMs: 0, lastAt: null };
  const billedMs = Math.max(ranMs, LEAST_MS);
  const pieces: DayPiece[] = [];
  let [total, before] = [0n, 0n];
  for (const [index, part] of parts.entries()) {
    total += part.weight * BigInt(part.ms + (index === parts.length - 1 ? billedMs - ranMs : 0));
    // Stretches at one price are one line.
    if (parts[index + 1]?.interval === part.interval) continue;
    const rounded = roundHalfEven({ num: total * QUANTITIES, den: scale * BigInt(DAY_MS) });
    if (rounded > before) pieces.push({ at: new Date(part.from), quantity: quantity(rounded - before) });
    before = rounded;
  }
  return { pieces, ranMs, billedMs, lastAt: new Date(last.from + last.ms - 1) };
}

type Part = { interval: number; from: number; ms: number; weight: bigint };

/** Runs cut at the edges, in order of time. */
function overlaps(runs: readonly ResourceRun[], edges: readonly number[]): Part[] {
  const parts: Part[] = [];
  for (const run of [...runs].sort((a, b) => a.from.getTime() - b.from.getTime())) {
    for (let interval = 0; interval + 1 < edges.length; interval += 1) {
      const from = Math.max(edges[interval] ?? 0, run.from.getTime());
      const to = Math.min(edges[interval + 1] ?? 0, run.to?.getTime() ?? Number.POSITIVE_INFINITY);
      if (to > from) parts.push({ interval, from, ms: to - from, weight: run.weight });
    }
  }
  return parts;
}

/** The UTC day an instant lies in, as its first instant. */
export const utcDay = (at: Date): Date => new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);

/** The first instant of the UTC day after this one. */
export const nextUtcDay = (day: Date): Date => new Date(day.getTime() + DAY_MS);

/** `2026-11-22` */
export const dayText = (day: Date): string => day.toISOString().slice(0, 10);

/** A UTC day has no leap second in it: clocks of computers repeat or smear one. */
export const DAY_MS = 86_400_000;
const LEAST_MS = 3_600_000;
const QUANTITIES = 1_000_000_000n;
