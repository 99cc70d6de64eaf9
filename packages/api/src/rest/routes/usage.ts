import { formatUsd } from "@ratebook/core";
import { z } from "zod";
import { type DebitBatchInput, UsageBatchBody, UsageBody, UsageQuery } from "../../inputs/billing.ts";
import { batchResult, isShadow, SHADOW_HEADER, wireResult } from "../batch-wire.ts";
import { usdText } from "../money-schema.ts";
import { route } from "../route.ts";
import { KEY_HEADER, recordedUsage, requiredKey, wireUsage } from "../usage-wire.ts";

const recorded = recordedUsage.extend({ success: z.literal(true) });

export const usageRoutes = [
  route({
    method: "post",
    path: "/api/v1/usage",
    operationId: "recordUsage",
    tag: "Usage",
    summary: "Report usage and debit it",
    description:
      "Give `offering`, or `provider` and `model`; and `usage` as the provider returned it, or `quantities` by meter. " +
      "In mode `record` (the default) served usage is never refused for money: what is missing becomes debt. In mode `gate` it is refused with 402.",
    auth: "key",
    headers: { ...KEY_HEADER, ...SHADOW_HEADER },
    body: UsageBody,
    example: {
      provider: "openai",
      model: "gpt-5.2",
      usage: {
        format: "openai",
        raw: { prompt_tokens: 1200, completion_tokens: 350, total_tokens: 1550 },
      },
      agentId: "research",
    },
    noStore: true,
    refusals: [402, 409, 422],
    responses: {
      200: { description: "Debited, or debited before under this key", schema: recorded },
      202: { description: "Kept without a price; it is rated later, once", schema: recorded },
    },
    handle: async (request) => {
      const { caller, body, customer, header } = request;
      const it = await caller.billing.debit({
        ...body,
        customer,
        idempotencyKey: requiredKey(request),
        shadow: isShadow(header),
      });
      return { status: it.status === "parked" ? 202 : 200, body: { success: true, ...wireUsage(it) } };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/usage/batch",
    operationId: "recordUsageBatch",
    tag: "Usage",
    summary: "Report up to 1,000 events; each is answered for itself",
    description:
      "Every event has its own `idempotencyKey`. One bad event never hides the others. A service key's batch may mix customers.",
    auth: "key",
    headers: SHADOW_HEADER,
    body: UsageBatchBody,
    bodyLimitBytes: 8 * 1_048_576,
    example: {
      events: [
        {
          offering: "openai/gpt-5.2",
          quantities: { input_tokens: 1200, output_tokens: 350 },
          idempotencyKey: "a-1",
        },
      ],
    },
    noStore: true,
    responses: {
      200: {
        description: "One result an event, in order",
        schema: z.object({ success: z.literal(true), results: z.array(batchResult) }),
      },
    },
    handle: async ({ caller, body, customer, header }) => {
      const { results } = await caller.billing.debitBatch({
        customer,
        shadow: isShadow(header),
        events: unparsed(body.events),
      });
      return { status: 200, body: { success: true, results: results.map(wireResult) } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/usage",
    operationId: "listUsage",
    tag: "Usage",
    summary: "Add usage up by day, model, agent, app …, or list every event",
    auth: "key",
    query: UsageQuery,
    noStore: true,
    responses: {
      200: {
        description: "Groups in the order of their keys; events newest first. Days are UTC",
        schema: z.object({
          success: z.literal(true),
          from: z.iso.datetime(),
          to: z.iso.datetime(),
          groupBy: z.string(),
          usage: z.array(
            z.looseObject({
              key: z.string().nullable(),
              events: z.number(),
              amount: usdText,
              upstream: usdText,
            }),
          ),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    handle: async ({ caller, query, customer }) => {
      const { items, from, to, nextCursor } = await caller.billing.usage({ ...query, customer });
      const usage = items.map(({ amount, upstream, event, ...row }) => ({
        ...row,
        amount: formatUsd(amount),
        upstream: formatUsd(upstream),
        ...event,
      }));
      return { status: 200, body: { success: true, from, to, groupBy: query.groupBy, usage, nextCursor } };
    },
  }),
];

type Events = z.input<typeof DebitBatchInput>["events"];

/** The procedure parses every event by itself, so nothing is known of them yet. */
const unparsed = (events: unknown[]): Events => events as Events;
