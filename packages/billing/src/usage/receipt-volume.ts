import {
  discountOf,
  formatQuantity,
  must,
  nanos,
  parseUsd,
  quantity,
  type VolumeDiscount,
} from "@ratebook/core";
import type { ReceiptVolumeLine } from "./receipt.ts";
import type { StoredVolumeLine } from "./stored-line.ts";

/** A volume discount as a receipt shows it: every tier, with what fell into it or why nothing did. */
export function volumeLine(line: StoredVolumeLine, discount: VolumeDiscount): ReceiptVolumeLine {
  const position = BigInt(line.position);
  const end = position + BigInt(line.volume);
  const unit = line.by === "spend" ? "dollars" : "units";
  const taken = new Map(line.shares.map(({ above, volume }) => [above, BigInt(volume)]));
  const tiers = discount.tiers.map(({ above, discountBps }) => {
    const volume = taken.get(above) ?? 0n;
    const because =
      volume > 0n
        ? `${text(volume)} of the event's ${unit} lie in this tier`
        : end <= billionths(above)
          ? `the month had come to ${text(end)} ${unit}, not above ${above}`
          : `the month was beyond this tier already, at ${text(position)} ${unit}`;
    return { above, discountBps, volume: text(volume), because };
  });
  return {
    kind: "volume",
    discount,
    month: line.month,
    position: text(position),
    volume: text(BigInt(line.volume)),
    gross: nanos(BigInt(line.gross)),
    room: nanos(BigInt(line.room)),
    tiers,
    decidedBy: line.decidedBy,
    because: because(line, discount),
    amount: nanos(BigInt(line.amount)),
  };
}

/** The sum behind the amount: "4 × 10 % + 8 × 15 % = 1.6 dollars, rounded down to nanos". */
function because(line: StoredVolumeLine, { by }: Pick<VolumeDiscount, "by">): string {
  const taken = text(0n - BigInt(line.amount));
  if (line.decidedBy === "own_cost") {
    return `the tiers would take more than ${text(BigInt(line.room))} dollars, which is all that lies above what the operator pays`;
  }
  if (line.shares.length === 0) return "the month has not come to the first tier, so nothing is taken off";
  const parts = line.shares.map(
    ({ volume, discountBps }) => `${text(BigInt(volume))} × ${discountBps / 100} %`,
  );
  return by === "spend"
    ? `${parts.join(" + ")} = ${taken} dollars, rounded down to nanos`
    : `${parts.join(" + ")} of the event's ${text(BigInt(line.volume))} units, as a share of their ${text(BigInt(line.gross))} dollars = ${taken} dollars, rounded down to nanos`;
}

/** What a discount takes off by the receipt's own numbers; not above 0. */
export function recomputeVolume({ discount, position, volume, gross, room }: ReceiptVolumeLine): bigint {
  const event = { volume: billionths(volume), gross, room };
  return 0n - discountOf(discount, billionths(position), event).amount;
}

const text = (billionth: bigint): string => formatQuantity(quantity(billionth));

/** Dollars and units have the same nine places. */
function billionths(decimal: string): bigint {
  const read = parseUsd(decimal);
  return must(read.ok ? read.value : null, `${decimal} has at most nine places`);
}
