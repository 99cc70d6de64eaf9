import { z } from "zod";
import { tryParseDecimal } from "../money/decimal.ts";
import { type Nanos, nanos } from "../money/nanos.ts";
import { roundDown } from "../money/rounding.ts";
import { MarkupMatch, markupMismatch, RuleId } from "./markup.ts";
import { DecimalText } from "./price-document.ts";
import type { RatedOffering } from "./rate.ts";
import type { RatedUsage, UsageLine } from "./rated-usage.ts";

/** What is above `above` in a month, up to the next tier, is sold at this discount. */
export const VolumeTier = z.strictObject({
  /** Dollars before the discount, or units of the meter; at most nine places. */
  above: DecimalText.refine((text) => billionths(text) !== null, "must have at most 9 decimal places"),
  discountBps: z.int().min(0).max(10_000),
});
export type VolumeTier = z.infer<typeof VolumeTier>;

/**
 * A discount that grows with a calendar month's volume (UTC). Marginal: crossing a threshold changes the price of what
 * lies above it, never of what lies below.
 */
export const VolumeDiscount = z
  .strictObject({
    /** Names the month's count: a later version with the same id goes on counting. */
    id: RuleId,
    /** `spend` counts dollars before the discount; `units` counts the units of `match.meter`. */
    by: z.enum(["spend", "units"]),
    /** Lines that count and are discounted; every line where nothing is named. Fees never are. */
    match: MarkupMatch.default({}),
    tiers: z.array(VolumeTier).min(1).max(20),
    /** Lets the discount go below what the operator pays. */
    allowLoss: z.boolean().optional(),
  })
  .superRefine(({ by, match, tiers }, ctx) => {
    const issue = (path: (string | number)[], message: string) =>
      ctx.addIssue({ code: "custom", path, message });
    if (by === "units" && match.meter === undefined) issue(["match", "meter"], "is needed to count units");
    tiers.forEach((tier, index) => {
      const before = tiers[index - 1];
      if (before === undefined) return;
      if ((billionths(tier.above) ?? 0n) <= (billionths(before.above) ?? 0n)) {
        issue(["tiers", index, "above"], "must be above the tier before");
      }
      // So that whoever reads an older count never gives too much, and closing a month only ever gives.
      if (tier.discountBps < before.discountBps) {
        issue(["tiers", index, "discountBps"], "must not be less than in the tier before");
      }
    });
  });
export type VolumeDiscount = z.infer<typeof VolumeDiscount>;

/** Stretches of an event's volume by tier. */
export type TierShare = { above: string; discountBps: number; volume: bigint };

/** What one volume discount took off an event. Volumes are nanos, or billionths of a unit. */
export type AppliedVolume = {
  discount: VolumeDiscount;
  /** The month's volume before the event. */
  position: bigint;
  /** What the event adds to it. */
  volume: bigint;
  /** The matching lines before the discount. */
  gross: Nanos;
  /** The most the discount may take: down to what the operator pays, or all of it with `allowLoss`. */
  room: Nanos;
  shares: readonly TierShare[];
  /** What it took off; not negative. */
  amount: Nanos;
  /** `own_cost`: the tiers would have taken more than the room. */
  decidedBy: "tiers" | "own_cost";
};

/**
 * Takes the month's volume discounts off a rated event. A line counts for the first discount that matches it.
 *
 * Each discount is an exact fraction of its lines, rounded down once to nanos: what that leaves is given when the month is
 * closed (`volumeDue`).
 *
 * @param positionOf the month's volume before the event, by id of the discount
 */
export function applyVolume(
  rated: Pick<RatedUsage, "lines">,
  offering: Pick<RatedOffering, "provider" | "model" | "modality">,
  discounts: readonly VolumeDiscount[],
  positionOf: (discountId: string) => bigint,
): AppliedVolume[] {
  const byDiscount = new Map<VolumeDiscount, UsageLine[]>();
  for (const line of rated.lines) {
    if (line.kind !== "usage" || line.billedQuantity === 0n) continue;
    const wins = discounts.find(({ match }) => markupMismatch(match, offering, line.meter) === null);
    if (wins !== undefined) byDiscount.set(wins, [...(byDiscount.get(wins) ?? []), line]);
  }
  return [...byDiscount].map(([discount, lines]) => applyOne(discount, lines, positionOf(discount.id)));
}

function applyOne(discount: VolumeDiscount, lines: readonly UsageLine[], position: bigint): AppliedVolume {
  const gross = lines.reduce((sum, { amount }) => sum + amount, 0n);
  const units = lines.reduce((sum, { billedQuantity }) => sum + billedQuantity, 0n);
  const spare = lines.reduce(
    (sum, { amount, ownCost }) => sum + (amount > ownCost ? amount - ownCost : 0n),
    0n,
  );
  const volume = discount.by === "spend" ? gross : units;
  const room = nanos(discount.allowLoss === true ? gross : spare);
  return {
    discount,
    position,
    volume,
    gross: nanos(gross),
    room,
    ...discountOf(discount, position, { volume, gross, room }),
  };
}

/** What a discount takes off volume at a position; also for reading a receipt again. */
export function discountOf(
  discount: Pick<VolumeDiscount, "tiers">,
  position: bigint,
  { volume, gross, room }: { volume: bigint; gross: bigint; room: bigint },
): Pick<AppliedVolume, "shares" | "amount" | "decidedBy"> {
  const shares = tierShares(discount.tiers, position, volume);
  const wanted = volume === 0n ? 0n : roundDown({ num: gross * weighted(shares), den: BPS * volume });
  return wanted > room
    ? { shares, amount: nanos(room), decidedBy: "own_cost" }
    : { shares, amount: nanos(wanted), decidedBy: "tiers" };
}

/** A counted event of a month, in the order the ledger took them. */
export type CountedVolume = {
  discount: Pick<VolumeDiscount, "by" | "tiers">;
  volume: bigint;
  gross: bigint;
  room: bigint;
  /** Set where the event was given back in full: what it had off, and all that it gets. It counts for the tiers all the same. */
  returned?: bigint | undefined;
};

/**
 * What a month's tiers come to when every event stands at its exact place, as if none had been concurrent: by spend, the
 * tiers on the month's whole volume, rounded down once; by units, each event at its place. Feed the events in order.
 */
export function volumeDue(): { add: (event: CountedVolume) => void; due: () => Nanos } {
  let [position, spend, spendRoom, units] = [0n, 0n, 0n, 0n];
  return {
    add({ discount, volume, gross, room, returned }) {
      const shares = tierShares(discount.tiers, position, volume);
      if (returned !== undefined) {
        units += returned;
      } else if (discount.by === "spend") {
        spend += weighted(shares);
        spendRoom += room;
      } else {
        units += discountOf(discount, position, { volume, gross, room }).amount;
      }
      position += volume;
    },
    due() {
      const bySpend = roundDown({ num: spend, den: BPS });
      return nanos((bySpend < spendRoom ? bySpend : spendRoom) + units);
    },
  };
}

/** Where a month has come to in a discount's tiers. Volumes are nanos, or billionths of a unit. */
export type TierProgress = {
  /** What lies under the first tier and has no discount. */
  below: bigint;
  /** `reached`: the next volume falls into it. `missing`: until it begins. */
  tiers: {
    above: string;
    discountBps: number;
    volume: bigint;
    state: "passed" | "reached" | "ahead";
    missing: bigint;
  }[];
  /** The discount of what comes next. */
  discountBps: number;
};

/** How a month's volume so far lies in a discount's tiers, and what is missing for the next. */
export function tierProgress({ tiers }: Pick<VolumeDiscount, "tiers">, volume: bigint): TierProgress {
  const shares = new Map(tierShares(tiers, 0n, volume).map((share) => [share.above, share.volume]));
  const starts = tiers.map(({ above }) => billionths(above) ?? 0n);
  const reached = starts.findLastIndex((start) => start <= volume);
  const [first = 0n] = starts;
  return {
    below: volume < first ? volume : first,
    tiers: tiers.map(({ above, discountBps }, index) => ({
      above,
      discountBps,
      volume: shares.get(above) ?? 0n,
      state: index < reached ? "passed" : index === reached ? "reached" : "ahead",
      missing: index > reached ? (starts[index] ?? 0n) - volume : 0n,
    })),
    discountBps: tiers[reached]?.discountBps ?? 0,
  };
}

/** Splits volume that starts at a position by the tiers it falls into; what lies under the first has no discount. */
function tierShares(tiers: readonly VolumeTier[], position: bigint, volume: bigint): TierShare[] {
  const end = position + volume;
  const shares: TierShare[] = [];
  tiers.forEach(({ above, discountBps }, index) => {
    const from = billionths(above) ?? 0n;
    const next = tiers[index + 1];
    const to = next === undefined ? end : (billionths(next.above) ?? 0n);
    const start = position > from ? position : from;
    const stop = end < to ? end : to;
    if (stop > start) shares.push({ above, discountBps, volume: stop - start });
  });
  return shares;
}

const weighted = (shares: readonly TierShare[]): bigint =>
  shares.reduce((sum, { volume, discountBps }) => sum + volume * BigInt(discountBps), 0n);

/** Dollars as nanos, units as billionths: the same nine places. Null where there are more. */
function billionths(text: string): bigint | null {
  const read = tryParseDecimal(text);
  if (!read.ok) return null;
  const { num, den } = read.value;
  return (num * SCALE) % den === 0n ? (num * SCALE) / den : null;
}

const BPS = 10_000n;
const SCALE = 1_000_000_000n;
