import type { DiscountProgress } from "@ratebook/billing";
import { ContractTerms, formatQuantity, formatUsd, nanos, quantity } from "@ratebook/core";
import { z } from "zod";
import { usdText } from "../money-schema.ts";
import { route } from "../route.ts";

const contract = z
  .object({
    contract: z.string().meta({ description: "As receipts name it", example: "contract-3" }),
    state: z.enum(["active", "scheduled"]),
    validFrom: z.iso.datetime(),
    validUntil: z.iso.datetime().nullable().meta({ description: "Half-open; null: until it is ended" }),
    terms: ContractTerms,
  })
  .meta({ id: "OwnContract" });

const volumeText = z
  .string()
  .meta({ description: "US dollars before the discount, or units of its meter; decimal text" });
const progress = z
  .object({
    id: z.string(),
    by: z.enum(["spend", "units"]),
    counting: z
      .boolean()
      .meta({ description: "False where only a contract that has ended this month had it" }),
    volume: volumeText,
    gross: usdText.meta({ description: "What was counted, before the discount" }),
    given: usdText.meta({ description: "What the discount took off so far" }),
    discountBps: z.int().meta({ description: "The discount of what comes next" }),
    next: z
      .object({ above: z.string(), discountBps: z.int(), missing: volumeText })
      .nullable()
      .meta({ description: "The tier that is not reached yet" }),
    below: volumeText.meta({ description: "What lies under the first tier and has no discount" }),
    tiers: z.array(
      z.object({
        above: z.string(),
        discountBps: z.int(),
        volume: volumeText,
        state: z.enum(["passed", "reached", "ahead"]),
      }),
    ),
  })
  .meta({ id: "DiscountProgress" });

export const contractRoutes = [
  route({
    method: "get",
    path: "/api/v1/contract",
    operationId: "getOwnContract",
    tag: "Pricing",
    summary:
      "What the organization agreed with the platform, and how far the month has come in its volume tiers",
    description:
      "Months are UTC. `current` is null where everybody's prices apply; debits of earlier days keep the contract they were made under.",
    auth: "key",
    noStore: true,
    responses: {
      200: {
        description: "The contract in force, those to come, and the month so far",
        schema: z.object({
          success: z.literal(true),
          current: contract.nullable(),
          upcoming: z.array(contract),
          month: z.iso.date().meta({ description: "First day of the UTC month that is counted" }),
          resetsAt: z.iso.datetime(),
          discounts: z.array(progress),
        }),
      },
    },
    handle: async ({ caller, customer }) => {
      const { contracts, discounts, ...rest } = await caller.contracts.own({ customer });
      return {
        status: 200,
        body: {
          success: true,
          current: contracts.find(({ state }) => state === "active") ?? null,
          upcoming: contracts.filter(({ state }) => state === "scheduled"),
          ...rest,
          discounts: discounts.map(wireProgress),
        },
      };
    },
  }),
];

function wireProgress({ discount: { id, by }, tiers, ...it }: DiscountProgress) {
  // Dollars and units have the same nine places.
  const text = (volume: bigint) =>
    by === "spend" ? formatUsd(nanos(volume)) : formatQuantity(quantity(volume));
  const next = tiers.find(({ state }) => state === "ahead");
  return {
    id,
    by,
    counting: it.counting,
    volume: text(it.volume),
    gross: formatUsd(it.gross),
    given: formatUsd(it.given),
    discountBps: it.discountBps,
    next: next ? { above: next.above, discountBps: next.discountBps, missing: text(next.missing) } : null,
    below: text(it.below),
    tiers: tiers.map(({ above, discountBps, volume, state }) => ({
      above,
      discountBps,
      volume: text(volume),
      state,
    })),
  };
}
