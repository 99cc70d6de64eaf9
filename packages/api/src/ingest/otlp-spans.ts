import { err, ok, type Result } from "@ratebook/core";
import { z } from "zod";
import { issueSentence } from "../issue-sentence.ts";
import { type ForeignEvent, foreignKey, invalid, mapRecord, spelling } from "./foreign-event.ts";

/**
 * The calls of models among the spans of an OTLP/HTTP export in JSON: spans with `gen_ai.usage.*` attributes.
 *
 * Spans are sampled, so they never debit: each becomes a shadow event. An agent's own span repeats the sums of the
 * calls below it and is left out, like every span without usage. A span that cannot be read is told by its place and
 * hides no other. The format is https://opentelemetry.io/docs/specs/otlp/#otlphttp, the attributes
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/, read 2026-11-28.
 *
 * @returns the field and the reason where the body is no export of traces at all
 */
export function fromOtlpTraces(
  body: unknown,
): Result<{ spans: number; events: ForeignEvent[] }, { field: string; message: string }> {
  const parsed = TracesData.safeParse(body, { error: issueSentence });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return err({
      field: issue?.path.map(String).join(".") || "resourceSpans",
      message: issue?.message ?? "must be an export of traces in OTLP's JSON",
    });
  }
  const events: ForeignEvent[] = [];
  let spans = 0;
  for (const [r, { resource, scopeSpans }] of parsed.data.resourceSpans.entries()) {
    const inherited = readAttributes(resource?.attributes ?? []);
    for (const [s, scope] of scopeSpans.entries()) {
      for (const [at, span] of scope.spans.entries()) {
        spans += 1;
        const event = fromSpan(span, inherited, `resourceSpans.${r}.scopeSpans.${s}.spans.${at}`);
        if (event !== null) events.push(event);
      }
    }
  }
  return ok({ spans, events });
}

type Attributes = { readonly [key: string]: unknown };

function fromSpan(record: unknown, inherited: Attributes, place: string): ForeignEvent | null {
  const mapped = mapRecord<Span>(Span, record, (span) => eventOf(span, inherited) ?? NO_USAGE);
  if (mapped === NO_USAGE) return null;
  if (mapped.kind === "invalid") return invalid(`${place}.${mapped.field}`, mapped.message);
  return mapped.kind === "skipped"
    ? mapped
    : { ...mapped, wordOf: (field) => `${place}.${mapped.wordOf(field)}` };
}

function eventOf(span: Span, inherited: Attributes): ForeignEvent | null {
  const own = readAttributes(span.attributes);
  const text = (...names: string[]): string | undefined =>
    names
      .map((name) => own[name] ?? inherited[name])
      .find((value): value is string => typeof value === "string");
  if (!Object.keys(own).some((name) => name.startsWith("gen_ai.usage."))) return null;
  const operation = text("gen_ai.operation.name");
  if (operation !== undefined && SUMS.has(operation)) return null;
  const model = text("gen_ai.response.model", "gen_ai.request.model");
  if (model === undefined) {
    return invalid("attributes.gen_ai.request.model", `is missing on span ${span.spanId}`);
  }
  return {
    kind: "event",
    event: {
      provider: text("gen_ai.provider.name", "gen_ai.system") ?? "unknown",
      model,
      customer: text("ratebook.customer"),
      usage: { format: "otel", raw: own },
      occurredAt: new Date(Number(BigInt(span.startTimeUnixNano) / 1_000_000n)).toISOString(),
      agentId: text("gen_ai.agent.id"),
      userId: text("enduser.id", "user.id"),
      idempotencyKey: foreignKey("otlp", span.traceId, span.spanId),
      metadata: {
        otlp: { traceId: span.traceId, spanId: span.spanId, service: text("service.name") ?? null },
      },
    },
    wordOf: spelling({
      "usage.raw": "attributes",
      usage: "attributes",
      occurredAt: "startTimeUnixNano",
      provider: "attributes.gen_ai.provider.name",
      model: "attributes.gen_ai.request.model",
      customer: "attributes.ratebook.customer",
      agentId: "attributes.gen_ai.agent.id",
      userId: "attributes.enduser.id",
    }),
  };
}

const NO_USAGE: ForeignEvent = { kind: "skipped", reason: "the span reports no usage" };

/** Attributes by key; integers are text in OTLP's JSON, and numbers here. */
const readAttributes = (list: Span["attributes"]): Attributes =>
  Object.fromEntries(
    list.map(({ key, value }) => [
      key,
      value.stringValue ?? (value.intValue === undefined ? value.doubleValue : Number(value.intValue)),
    ]),
  );

const Attribute = z.object({
  key: z.string(),
  value: z.looseObject({
    stringValue: z.string().optional(),
    intValue: z.union([z.int(), z.string().regex(/^-?\d{1,19}$/)]).optional(),
    doubleValue: z.number().optional(),
  }),
});

const Span = z.looseObject({
  traceId: z.string().min(1).max(64),
  spanId: z.string().min(1).max(64),
  // Text as the format says, or a number as earlier exporters wrote it.
  startTimeUnixNano: z.union(
    [z.number().nonnegative().max(1e19).transform(Math.trunc), z.string().regex(/^\d{1,19}$/)],
    { error: "must be nanoseconds since 1970" },
  ),
  attributes: z.array(Attribute).default([]),
});
type Span = z.output<typeof Span>;

const TracesData = z.looseObject({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes: z.array(Attribute).default([]) }).optional(),
      scopeSpans: z.array(z.looseObject({ spans: z.array(z.unknown()).default([]) })).default([]),
    }),
  ),
});

/** Spans whose usage is that of other spans added up. */
const SUMS: ReadonlySet<string> = new Set(["invoke_agent", "create_agent", "execute_tool"]);
