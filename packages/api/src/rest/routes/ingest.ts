import { z } from "zod";
import { failed } from "../../failures.ts";
import { fromCloudEvent } from "../../ingest/cloud-event.ts";
import type { ForeignEvent } from "../../ingest/foreign-event.ts";
import { fromLitellmLog, LITELLM_CUSTOMERS } from "../../ingest/litellm-log.ts";
import { fromOtlpTraces } from "../../ingest/otlp-spans.ts";
import { batchResult, isShadow, SHADOW_HEADER } from "../batch-wire.ts";
import { ingestEvents } from "../ingest-wire.ts";
import { type RouteAnswer, route } from "../route.ts";

const results = z.object({ success: z.literal(true), results: z.array(batchResult) });
const answered = { description: "One result a record, in order", schema: results };
const BODY_LIMIT_BYTES = 8 * 1_048_576;
/** One record, or a list of at most 1,000. */
const Records = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown()).min(1).max(1_000)]);
const listOf = (body: z.output<typeof Records>): unknown[] => (Array.isArray(body) ? body : [body]);

export const ingestRoutes = [
  route({
    method: "post",
    path: "/api/v1/ingest/cloudevents",
    operationId: "ingestCloudEvents",
    tag: "Usage",
    summary: "Report usage as CloudEvents, one or a batch",
    description:
      "Structured (`application/cloudevents+json`) or batched (`application/cloudevents-batch+json`). `data` is a usage event; " +
      "`source` and `id` name it for ever, `time` is when it occurred, `subject` the customer. Late and repeated events are welcome.",
    auth: "key",
    headers: SHADOW_HEADER,
    body: Records,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    example: {
      specversion: "1.0",
      type: "usage.recorded",
      source: "gateway/eu-1",
      id: "call-0001",
      time: "2026-11-28T12:00:00Z",
      data: { offering: "openai/gpt-5.2", quantities: { input_tokens: 1200, output_tokens: 350 } },
    },
    noStore: true,
    responses: { 200: answered },
    handle: async ({ caller, body, customer, header }) =>
      answer(
        body,
        await ingestEvents(caller, listOf(body).map(fromCloudEvent), { customer, shadow: isShadow(header) }),
      ),
  }),
  route({
    method: "post",
    path: "/api/v1/ingest/litellm",
    operationId: "ingestLitellm",
    tag: "Usage",
    summary: "Take the logs of LiteLLM's generic_api callback",
    description:
      "Success and failure events, one or a list. The call's id names the event for ever. With a service key, `customerFrom` says which field names the customer, unless X-Customer does.",
    auth: "key",
    headers: SHADOW_HEADER,
    query: z.object({
      customerFrom: z
        .enum(LITELLM_CUSTOMERS)
        .default("end_user")
        .meta({ description: "Which of LiteLLM's fields names the customer; for service keys" }),
    }),
    body: Records,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    example: [
      {
        id: "chatcmpl-1",
        call_type: "acompletion",
        status: "success",
        custom_llm_provider: "openai",
        model: "gpt-5.2",
        prompt_tokens: 1200,
        completion_tokens: 350,
        total_tokens: 1550,
        startTime: 1795867200.25,
        end_user: "acme-42",
        metadata: {},
      },
    ],
    noStore: true,
    responses: { 200: answered },
    handle: async ({ caller, actor, query, body, customer, header }) => {
      const from = actor?.kind === "service" && customer === undefined ? query.customerFrom : null;
      const records = listOf(body).map((record) => fromLitellmLog(record, from));
      return answer(body, await ingestEvents(caller, records, { customer, shadow: isShadow(header) }));
    },
  }),
  route({
    method: "post",
    path: "/api/v1/ingest/otlp/v1/traces",
    operationId: "ingestOtlpTraces",
    tag: "Usage",
    summary: "Rate spans of OpenTelemetry for comparison",
    description:
      "OTLP/HTTP in JSON. Spans with `gen_ai.usage.*` become shadow events: spans are sampled, so they never debit. Name the customer by X-Customer or the attribute `ratebook.customer`.",
    auth: "key",
    body: z.looseObject({ resourceSpans: z.array(z.unknown()) }),
    bodyLimitBytes: BODY_LIMIT_BYTES,
    example: { resourceSpans: [] },
    noStore: true,
    responses: {
      200: {
        description: "As OTLP answers; `partialSuccess` counts spans that could not be rated and says why",
        schema: z.looseObject({
          success: z.literal(true),
          partialSuccess: z.object({ rejectedSpans: z.number(), errorMessage: z.string() }).optional(),
        }),
      },
    },
    handle: async ({ caller, body, customer }) => {
      const read = fromOtlpTraces(body);
      if (read === null) {
        throw failed({
          kind: "validation_error",
          field: "resourceSpans",
          message: "must be an export of traces in OTLP's JSON",
        });
      }
      const told: Record<string, unknown>[] = [];
      for (const events of chunks(read.events)) {
        told.push(...(await ingestEvents(caller, events, { customer, shadow: true })));
      }
      const rejected = told.filter(({ error }) => error !== undefined);
      const [first] = rejected;
      const partialSuccess = first && {
        rejectedSpans: rejected.length,
        errorMessage: String(first["error"]),
      };
      return { status: 200, body: { success: true, ...(partialSuccess && { partialSuccess }) } };
    },
  }),
];

/** A lone record that cannot be read is a bad request, so that its sender does not take it for recorded. */
function answer(body: unknown, list: Record<string, unknown>[]): RouteAnswer {
  const [only] = list;
  const details = only?.["details"];
  if (!Array.isArray(body) && only?.["status"] === "invalid" && isFieldIssue(details)) {
    throw failed({ kind: "validation_error", ...details });
  }
  return { status: 200, body: { success: true, results: list } };
}

const isFieldIssue = (details: unknown): details is { field: string; message: string } =>
  z.object({ field: z.string(), message: z.string() }).safeParse(details).success;

/** As many at a time as a batch takes. */
function* chunks(events: readonly ForeignEvent[]): Generator<readonly ForeignEvent[]> {
  for (let at = 0; at < events.length; at += 1_000) yield events.slice(at, at + 1_000);
}
