import { z } from "zod";
import { failed } from "../../failures.ts";
import { BINARY_HEADERS, binaryCloudEvent, fromCloudEvent } from "../../ingest/cloud-event.ts";
import type { ForeignEvent } from "../../ingest/foreign-event.ts";
import { fromLitellmLog, LITELLM_CUSTOMERS } from "../../ingest/litellm-log.ts";
import { fromOtlpTraces } from "../../ingest/otlp-spans.ts";
import { batchResult, isShadow, SHADOW_HEADER } from "../batch-wire.ts";
import { type IngestResult, ingestEvents } from "../ingest-wire.ts";
import { type RouteAnswer, route } from "../route.ts";
import { RpcStatus, rpcStatus } from "../rpc-status.ts";

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
      "Structured (`application/cloudevents+json`), batched (`application/cloudevents-batch+json`), or binary: attributes in headers `ce-…` and `data` as the body. `data` is a usage event; " +
      "`source` and `id` name it for ever, `time` is when it occurred, `subject` the customer. Late and repeated events are welcome.",
    auth: "key",
    headers: { ...SHADOW_HEADER, ...BINARY_HEADERS },
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
    refusals: [402, 404, 409, 422],
    handle: async ({ caller, body, customer, header }) => {
      const binary = binaryCloudEvent(header, body);
      const events = (binary === null ? listOf(body) : [binary]).map(fromCloudEvent);
      const shadow = isShadow(header);
      return answer(binary ?? body, await ingestEvents(caller, events, { customer, shadow }));
    },
  }),
  route({
    method: "post",
    path: "/api/v1/ingest/litellm",
    operationId: "ingestLitellm",
    tag: "Usage",
    summary: "Take the logs of LiteLLM's generic_api callback",
    description:
      "Success and failure events: one, a list (`json_array`) or lines (`ndjson`). The call's id names the event for ever. With a service key, `customerFrom` says which field names the customer, unless X-Customer does.",
    auth: "key",
    headers: SHADOW_HEADER,
    query: z.strictObject({
      customerFrom: z
        .enum(LITELLM_CUSTOMERS)
        .default("end_user")
        .meta({ description: "Which of LiteLLM's fields names the customer; for service keys" }),
    }),
    body: Records,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    jsonLines: true,
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
    refusals: [402, 404, 409, 422],
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
      "OTLP/HTTP in JSON, plain or gzip. Spans with `gen_ai.usage.*` become shadow events: spans are sampled, so they never debit. Name the customer by X-Customer or the attribute `ratebook.customer`.",
    auth: "key",
    body: z.looseObject({ resourceSpans: z.array(z.unknown()) }),
    bodyLimitBytes: BODY_LIMIT_BYTES,
    example: { resourceSpans: [] },
    noStore: true,
    responses: {
      200: {
        description: "As OTLP answers; `partialSuccess` counts spans that could not be rated and says why",
        schema: z.looseObject({
          partialSuccess: z.object({ rejectedSpans: z.string(), errorMessage: z.string() }).optional(),
        }),
      },
    },
    failure: { write: rpcStatus, schema: RpcStatus },
    handle: async ({ caller, body, customer }) => {
      const read = fromOtlpTraces(body);
      if (!read.ok) throw failed({ kind: "validation_error", ...read.error });
      const told: IngestResult[] = [];
      for (const events of chunks(read.value.events)) {
        told.push(...(await ingestEvents(caller, events, { customer, shadow: true })));
      }
      const errors = told.flatMap(({ wire, failure }) => (failure === null ? [] : [String(wire["error"])]));
      return { status: 200, body: partialSuccess(errors) };
    },
  }),
];

/** Absent where every span was accepted, as the protocol demands. A 64-bit integer is text in its JSON. */
function partialSuccess(errors: readonly string[]): Record<string, unknown> {
  if (errors.length === 0) return {};
  const reasons = [...new Set(errors)];
  const [first, more] = [reasons.slice(0, 5).join("; "), reasons.length - 5];
  const errorMessage = more > 0 ? `${first}; and ${more} more reasons` : first;
  return { partialSuccess: { rejectedSpans: String(errors.length), errorMessage } };
}

/** A lone record that was not taken fails the request, so that its sender does not take it for recorded. */
function answer(body: unknown, list: readonly IngestResult[]): RouteAnswer {
  const [only] = list;
  if (!Array.isArray(body) && only?.failure) throw failed(only.failure);
  return { status: 200, body: { success: true, results: list.map(({ wire }) => wire) } };
}

/** As many at a time as a batch takes; at least one batch, so that a key without the right is refused whatever it sends. */
function* chunks(events: readonly ForeignEvent[]): Generator<readonly ForeignEvent[]> {
  yield events.slice(0, 1_000);
  for (let at = 1_000; at < events.length; at += 1_000) yield events.slice(at, at + 1_000);
}
