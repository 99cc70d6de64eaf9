import { formatUsd } from "@ratebook/core";
import { z } from "zod";
import { QuoteBody } from "../../inputs/billing.ts";
import { usdText } from "../money-schema.ts";
import { route } from "../route.ts";
import { debitLines, wireLine } from "../usage-wire.ts";

export const quoteRoutes = [
  route({
    method: "post",
    path: "/api/v1/pricing/quote",
    operationId: "quoteUsage",
    tag: "Pricing",
    summary: "Price usage without debiting it, and keep that price for 15 minutes",
    description:
      "A debit of exactly this usage that names the `quoteId` is priced at the quoted versions, once.",
    auth: "key",
    body: QuoteBody,
    example: { offering: "openai/gpt-5.2", quantities: { input_tokens: 1200, output_tokens: 350 } },
    noStore: true,
    refusals: [409],
    responses: {
      200: {
        description: "What it would cost now",
        schema: z.object({
          success: z.literal(true),
          quoteId: z.string(),
          expiresAt: z.iso.datetime(),
          offering: z.string(),
          amount: usdText,
          upstream: usdText,
          lines: debitLines,
          stale: z.boolean().meta({ description: "Not confirmed at its source for longer than it may be" }),
          staleBecause: z.string().nullable().meta({ description: "Why, in one sentence" }),
          catalogueVersion: z.number(),
          policyVersion: z.number(),
          contract: z.string().nullable().meta({ description: "The contract that made the price" }),
        }),
      },
    },
    handle: async ({ caller, body, customer }) => {
      const quote = await caller.billing.quote({ ...body, customer });
      const { amount, upstream, lines, ...rest } = quote;
      return {
        status: 200,
        body: {
          success: true,
          ...rest,
          amount: formatUsd(amount),
          upstream: formatUsd(upstream),
          lines: lines.map(wireLine),
        },
      };
    },
  }),
];
