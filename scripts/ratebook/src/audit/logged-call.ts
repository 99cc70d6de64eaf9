import { fromLitellmLog } from "@ratebook/api";
import { decimalTextFromScientific, type Nanos, parseUsd } from "@ratebook/core";
import { z } from "zod";

/** A call that a log says happened, with what was taken or paid for it there. */
export type LoggedCall = {
  kind: "call";
  offering: string;
  usage: { format: "openai"; raw: unknown };
  dimensions: Record<string, string>;
  occurredAt: Date;
  /** Null where the log says nothing. */
  logged: Nanos | null;
};

export type ReadCall =
  | LoggedCall
  | { kind: "skipped"; reason: string }
  | { kind: "invalid"; message: string };

/** Whose log it is. */
export const LOG_FORMATS = ["litellm", "openrouter"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Reads one record of a log. */
export const readCall: { [K in LogFormat]: (record: unknown) => ReadCall } = {
  litellm: readLitellm,
  openrouter: readOpenRouter,
};

function readLitellm(record: unknown): ReadCall {
  const mapped = fromLitellmLog(record, null);
  if (mapped.kind === "invalid") return { kind: "invalid", message: `${mapped.field}: ${mapped.message}` };
  if (mapped.kind === "skipped") return mapped;
  const event = MappedEvent.parse(mapped.event);
  return {
    kind: "call",
    offering: event.offering ?? `${event.provider}/${event.model}`,
    usage: { format: "openai", raw: event.usage.raw },
    dimensions: event.dimensions ?? {},
    occurredAt: new Date(event.occurredAt),
    logged: event.platformAmount === undefined ? null : toNanos(event.platformAmount),
  };
}

/** What `fromLitellmLog` gives. */
const MappedEvent = z.looseObject({
  offering: z.string().optional(),
  provider: z.string().optional(),
  model: z.string().optional(),
  usage: z.object({ raw: z.unknown() }).loose(),
  dimensions: z.record(z.string(), z.string()).optional(),
  occurredAt: z.string(),
  platformAmount: z.string().optional(),
});

/**
 * A generation as OpenRouter's `GET /api/v1/generation` tells it. Native counts are those it bills; its prompt includes
 * cached tokens and its completion reasoning. https://openrouter.ai/docs/api-reference/get-a-generation, read 2026-11-28
 */
function readOpenRouter(record: unknown): ReadCall {
  const parsed = Generation.safeParse(record);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      kind: "invalid",
      message: `${issue?.path.join(".") || "record"}: ${issue?.message ?? "is no generation"}`,
    };
  }
  const it = parsed.data;
  const [prompt, completion] = [it.native_tokens_prompt, it.native_tokens_completion];
  if (it.is_byok === true) return { kind: "skipped", reason: "paid by the customer's own key" };
  if (prompt + completion === 0) return { kind: "skipped", reason: "nothing was used" };
  return {
    kind: "call",
    offering: `openrouter/${it.model}`,
    usage: {
      format: "openai",
      raw: {
        prompt_tokens: prompt,
        completion_tokens: completion,
        prompt_tokens_details: { cached_tokens: it.native_tokens_cached },
        completion_tokens_details: { reasoning_tokens: it.native_tokens_reasoning },
      },
    },
    dimensions: {},
    occurredAt: it.created_at,
    logged: toNanos(String(it.total_cost)),
  };
}

const Tokens = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? 0);
const Generation = z.looseObject({
  model: z.string().min(1).max(200),
  created_at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  total_cost: z.number().nonnegative(),
  is_byok: z.boolean().nullish(),
  native_tokens_prompt: Tokens,
  native_tokens_completion: Tokens,
  native_tokens_reasoning: Tokens,
  native_tokens_cached: Tokens,
});

/** Dollars as a float prints them, to the nearest nano. */
function toNanos(text: string): Nanos | null {
  const plain = decimalTextFromScientific(text, 9);
  const amount = plain.ok ? parseUsd(plain.value) : plain;
  return amount.ok ? amount.value : null;
}
