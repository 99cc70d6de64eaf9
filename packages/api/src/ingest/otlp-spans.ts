import { z } from "zod";
import { issueSentence } from "../issue-sentence.ts";
import { type ForeignEvent, foreignKey } from "./foreign-event.ts";

/**
 * The calls of models among the spans of an OTLP/HTTP export in JSON: spans with `gen_ai.usage.*` attributes.
 *
 * Spans are sampled, so they never debit: each becomes a shadow event. An agent's own span repeats the sums of the
 * calls below it and is left out, like every span without usage. The format is
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp, the attributes
 * https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/, read 2026-11-28.
 *
 * @returns null where the body is no export of traces
 */
export function fromOtlpTraces(body: unknown): { spans: number; events: ForeignEvent[] } | null {
  const parsed = TracesData.safeParse(body, { error: issueSentence });
  if (!parsed.success) return null;
  const events: ForeignEvent[] = [];
  let spans = 0;
  for (const { resource, scopeSpans } of parsed.data.resourceSpans) {
    const inherited = readAttributes(resource?.attributes ?? []);
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      spans += 1;
      const event = fromSpan(span, inherited);
      if (event !== null) events.push(event);
    }
  }
  return { spans, events };
}

type Attributes = { readonly [key: string]: unknown };

function fromSpan(span: Span, inherited: Attributes): ForeignEvent | null {
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
    return { kind: "invalid", field: "gen_ai.request.model", message: `is missing on span ${span.spanId}` };
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
  };
}

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
  startTimeUnixNano: z.union([z.int().nonnegative(), z.string().regex(/^\d{1,19}$/)]),
  attributes: z.array(Attribute).default([]),
});
type Span = z.output<typeof Span>;

const TracesData = z.looseObject({
  resourceSpans: z.array(
    z.looseObject({
      resource: z.looseObject({ attributes: z.array(Attribute).default([]) }).optional(),
      scopeSpans: z.array(z.looseObject({ spans: z.array(Span).default([]) })).default([]),
    }),
  ),
});

/** Spans whose usage is that of other spans added up. */
const SUMS: ReadonlySet<string> = new Set(["invoke_agent", "create_agent", "execute_tool"]);
