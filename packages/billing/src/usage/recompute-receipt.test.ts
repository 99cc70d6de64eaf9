import {
  compileOffering,
  type MarkupPolicy,
  must,
  nanos,
  poolsFromQuantities,
  type Rate,
  rateUsage,
} from "@ratebook/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Receipt, ReceiptLine } from "./receipt.ts";
import { recomputeReceipt } from "./recompute-receipt.ts";
import { storedLines } from "./stored-line.ts";

const rate = (more: Partial<Rate>): Rate => ({
  rateId: "r",
  offering: "acme/chat-1",
  meter: "input_tokens",
  usd: "2.5",
  per: 1_000_000n,
  when: {},
  free: false,
  minimum: null,
  increment: null,
  included: null,
  ownCost: null,
  source: "manual",
  where: null,
  sha256: "0".repeat(64),
  validFrom: null,
  validUntil: null,
  ...more,
});

/** A receipt of one pool, as the ledger would keep it. */
function receiptOf(
  price: Rate,
  policy: MarkupPolicy,
  used: number,
  billing: "platform" | "byok",
): Pick<Receipt, "lines" | "amount" | "billing"> {
  const offering = {
    offering: "acme/chat-1",
    provider: "acme",
    model: "chat-1",
    modality: "language" as const,
    listed: true,
    rates: [price],
  };
  const pools = poolsFromQuantities({ [price.meter]: used });
  if (!pools.ok) throw new Error(pools.error.message);
  const rated = rateUsage(compileOffering(offering, policy), {
    pools: pools.value,
    billing,
    at: new Date(0),
  });
  if (!rated.ok) throw new Error(rated.error.detail);
  const rule = must(policy.rules[0], "these policies have one rule");
  const lines = storedLines(rated.value).map((line): ReceiptLine => {
    const amount = nanos(BigInt(line.amount));
    if (line.kind !== "usage") return { kind: "fee", rule, amount };
    return {
      kind: "usage",
      meter: line.meter,
      ratedAs: line.meter,
      quantity: line.quantity,
      billedQuantity: line.billed ?? line.quantity,
      rate: { ...price, per: Number(price.per), openedVersion: 1 },
      conditionsMatched: {},
      ties: [],
      markup: {
        rule,
        decidedBy: line.decidedBy,
        bps: line.bps,
        sellPerUnit: line.perUnit,
        because: "",
        passedOver: [],
        notReached: [],
      },
      conservative: false,
      upstream: nanos(BigInt(line.upstream)),
      amount,
    };
  });
  return { lines, amount: rated.value.total, billing };
}

describe("recomputing a receipt", () => {
  const decimal = fc
    .tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 999 }))
    .map(([whole, thousandths]) => `${whole}.${String(thousandths).padStart(3, "0")}`);
  const term = fc.option(fc.integer({ min: 1, max: 50 }).map(String));

  test("gives the nanos that were debited, whatever the price, terms, markup and billing", () => {
    fc.assert(
      fc.property(
        fc.record({
          usd: decimal,
          included: term,
          minimum: term,
          increment: term,
          ownCost: fc.option(decimal),
        }),
        fc.record({
          percentBps: fc.integer({ min: -10_000, max: 50_000 }),
          feePerRequest: fc.option(decimal, { nil: undefined }),
          allowLoss: fc.boolean(),
        }),
        fc.integer({ min: 0, max: 5_000_000 }),
        fc.constantFrom("platform" as const, "byok" as const),
        (price, { feePerRequest, ...markup }, used, billing) => {
          const rule = {
            id: "only",
            match: {},
            ...markup,
            ...(feePerRequest !== undefined && { feePerRequest }),
          };
          const receipt = receiptOf(rate(price), { id: "p", rules: [rule] }, used, billing);
          expect(recomputeReceipt(receipt)).toMatchObject({ agrees: true, amount: receipt.amount });
        },
      ),
    );
  });

  test("finds a line, or a sum, that was written wrong", () => {
    const policy: MarkupPolicy = { id: "p", rules: [{ id: "only", match: {}, percentBps: 2000 }] };
    const receipt = receiptOf(rate({}), policy, 1200, "platform");
    expect(recomputeReceipt({ ...receipt, amount: nanos(3_600_001n) }).agrees).toBe(false);
    const lines = receipt.lines.map((line) => ({ ...line, amount: nanos(line.amount + 1n) }));
    expect(recomputeReceipt({ ...receipt, lines, amount: nanos(receipt.amount + 1n) })).toMatchObject({
      agrees: false,
      amount: 3_600_000n,
      lines: [{ stated: 3_600_001n, recomputed: 3_600_000n }],
    });
  });
});
