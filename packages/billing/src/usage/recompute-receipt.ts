import {
  amountOf,
  type BillingMode,
  must,
  type Nanos,
  nanos,
  parseUsd,
  QUANTITY_SCALE,
  type Quantity,
  quantity,
  roundUp,
  sellPrice,
  tryParseDecimal,
} from "@ratebook/core";
import type { Receipt, ReceiptLine, ReceiptRate, ReceiptUsageLine } from "./receipt.ts";
import { recomputeVolume } from "./receipt-volume.ts";

/** What a receipt says and what its own numbers come to. */
export type Recomputed = {
  /** The sum of the recomputed lines. */
  amount: Nanos;
  lines: readonly { stated: Nanos; recomputed: Nanos }[];
  /** Every line and the sum agree to the nano. */
  agrees: boolean;
};

/**
 * Computes a receipt's amount again from the receipt alone: quantities, rate, conditions of billing and the markup rule.
 *
 * Uses neither the stored sell price nor the stored billed quantity, so it finds a receipt that was written wrong.
 */
export function recomputeReceipt(receipt: Pick<Receipt, "lines" | "amount" | "billing">): Recomputed {
  const lines = receipt.lines.map((line) => ({
    stated: line.amount,
    recomputed: recomputeLine(line, receipt.billing),
  }));
  const amount = nanos(lines.reduce((sum, { recomputed }) => sum + recomputed, 0n));
  const agrees = amount === receipt.amount && lines.every((line) => line.stated === line.recomputed);
  return { amount, lines, agrees };
}

function recomputeLine(line: ReceiptLine, billing: BillingMode): Nanos {
  switch (line.kind) {
    case "usage":
      return recomputeUsage(line, billing);
    case "fee": {
      const byok = billing === "byok" && line.rule.byok !== undefined;
      const fee = parseUsd((byok ? line.rule.byok?.feePerRequest : line.rule.feePerRequest) ?? "0");
      return must(fee.ok ? fee.value : null, "a rule's fee is an amount");
    }
    case "volume":
      return nanos(recomputeVolume(line));
    // Stated by the caller or the hold; there is nothing to compute it from.
    case "held":
    case "named":
      return line.amount;
    case "outcome":
      return nanos(0n);
  }
}

function recomputeUsage({ quantity: used, rate, markup }: ReceiptUsageLine, billing: BillingMode): Nanos {
  const { perUnit } = sellPrice({ ...rate, per: BigInt(rate.per) }, markup.rule, billing);
  return amountOf(billedQuantity(billionths(used), rate), perUnit);
}

/** `included` comes off first; what is left is at least `minimum` and a multiple of `increment`. */
function billedQuantity(used: Quantity, rate: ReceiptRate): Quantity {
  const included = billionths(rate.included ?? "0");
  const minimum = billionths(rate.minimum ?? "0");
  const increment = billionths(rate.increment ?? "0");
  if (used <= included) return quantity(0n);
  let counted: bigint = used - included;
  if (counted < minimum) counted = minimum;
  if (increment === 0n) return quantity(counted);
  return quantity(roundUp({ num: counted, den: increment }) * increment);
}

function billionths(text: string): Quantity {
  const read = tryParseDecimal(text);
  const { num, den } = must(read.ok ? read.value : null, `${text} is decimal text`);
  return quantity(roundUp({ num: num * QUANTITY_SCALE, den }));
}
