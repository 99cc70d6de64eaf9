import { decimalTextFromScientific } from "@ratebook/core";
import { z } from "zod";
import { type ForeignEvent, foreignKey, invalid, mapRecord, spelling } from "./foreign-event.ts";

/** Where a record names the customer who pays for it. */
export const LITELLM_CUSTOMERS = ["end_user", "team", "organization", "user", "key_alias"] as const;
export type LitellmCustomer = (typeof LITELLM_CUSTOMERS)[number];

/**
 * A call as LiteLLM's `generic_api` callback logs it (its StandardLoggingPayload).
 *
 * The call's id names the event for ever, so a callback that is sent again debits nothing. What LiteLLM thought the
 * call cost is kept beside a shadow event, for comparison; the price is ours. Fields read 2026-11-28 from
 * https://docs.litellm.ai/docs/proxy/logging_spec.
 *
 * @param customerFrom the field that names the customer; null where the request or its key does
 */
export const fromLitellmLog = (record: unknown, customerFrom: LitellmCustomer | null): ForeignEvent =>
  mapRecord(LoggedCall, record, (call) => {
    const { metadata } = call;
    if (call.cache_hit === true) return skipped("LiteLLM answered it from its own cache");
    const used = call.total_tokens + call.prompt_tokens + call.completion_tokens;
    if (used === 0 && call.status === "failure") return skipped("the call failed before anything was used");
    if (call.model === "") return invalid("model", "must not be empty");
    if (used === 0) {
      return invalid(
        "total_tokens",
        `is 0: a call of type ${call.call_type} is priced by other quantities; report it to /api/v1/usage`,
      );
    }
    const customer = customerFrom === null ? undefined : customerOf(call, customerFrom);
    if (customer === null)
      return invalid(CUSTOMER_FIELDS[customerFrom ?? "end_user"], "is required: it names the customer");
    const { custom_llm_provider: provider, model } = call;
    const callId = call.litellm_call_id ?? call.id;
    return {
      kind: "event",
      event: {
        ...namedModel(provider || null, model),
        customer,
        usage: { format: "openai", raw: metadata.usage_object ?? totalsOf(call) },
        ...tierOf(call),
        occurredAt: new Date(call.startTime * 1000).toISOString(),
        userId: metadata.user_api_key_user_id || undefined,
        idempotencyKey: foreignKey("litellm", callId),
        platformAmount: costOf(call),
        metadata: {
          litellm: { callId, callType: call.call_type, status: call.status, group: call.model_group ?? null },
          ...(call.request_tags.length > 0 && { tags: call.request_tags }),
        },
      },
      wordOf: spelling({
        // Without the provider's own object the totals were taken, which stand in the record itself.
        "usage.raw": metadata.usage_object ? "metadata.usage_object" : "",
        usage: metadata.usage_object ? "metadata.usage_object" : "total_tokens",
        occurredAt: "startTime",
        offering: "model",
        provider: "custom_llm_provider",
        userId: "metadata.user_api_key_user_id",
        platformAmount: "response_cost",
        "metadata.tags": "request_tags",
        "dimensions.service_tier": "service_tier",
        ...(customerFrom !== null && { customer: CUSTOMER_FIELDS[customerFrom] }),
      }),
    };
  });

const skipped = (reason: string): ForeignEvent => ({ kind: "skipped", reason });

/** LiteLLM writes its route before a model's name; the provider is named beside it. */
function namedModel(provider: string | null, model: string): Record<string, string> {
  if (provider === null) return { offering: model };
  return { provider, model: model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model };
}

const totalsOf = (call: LoggedCall): Record<string, number> => ({
  prompt_tokens: call.prompt_tokens,
  completion_tokens: call.completion_tokens,
  total_tokens: call.total_tokens,
});

/** What LiteLLM computed, a float, to the nearest nano. */
function costOf({ response_cost: cost }: LoggedCall): string | undefined {
  if (cost === null || cost === undefined) return undefined;
  const text = decimalTextFromScientific(String(cost), 9);
  return text.ok ? text.value : undefined;
}

/** The tier the answer says it was served at, else the one asked for; "auto" and "default" are the standard one. */
function tierOf({ response, model_parameters: asked }: LoggedCall): Record<string, unknown> {
  const answered = typeof response === "object" && response !== null ? response["service_tier"] : undefined;
  const tier = answered ?? asked?.["service_tier"];
  return typeof tier === "string" && !["auto", "default", "standard"].includes(tier)
    ? { dimensions: { service_tier: tier } }
    : {};
}

function customerOf(call: LoggedCall, from: LitellmCustomer): string | null {
  const { metadata } = call;
  const named = {
    end_user: call.end_user || metadata.user_api_key_end_user_id,
    team: metadata.user_api_key_team_id,
    organization: metadata.user_api_key_org_id,
    user: metadata.user_api_key_user_id,
    key_alias: metadata.user_api_key_alias,
  }[from];
  return named || null;
}

const CUSTOMER_FIELDS: { [K in LitellmCustomer]: string } = {
  end_user: "end_user",
  team: "metadata.user_api_key_team_id",
  organization: "metadata.user_api_key_org_id",
  user: "metadata.user_api_key_user_id",
  key_alias: "metadata.user_api_key_alias",
};

const Name = z.string().max(200).nullish();
const Tokens = z
  .int()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? 0);
const Fields = z.record(z.string(), z.unknown());

const LoggedCall = z.looseObject({
  id: z.string().min(1).max(1_000),
  litellm_call_id: z.string().min(1).max(1_000).nullish(),
  call_type: z.string().max(100).default("unknown"),
  status: z.enum(["success", "failure"]).default("success"),
  cache_hit: z.boolean().nullish(),
  custom_llm_provider: Name,
  // Empty where a call failed before a model was chosen.
  model: z
    .string()
    .max(200)
    .nullish()
    .transform((name) => name ?? ""),
  model_group: Name,
  prompt_tokens: Tokens,
  completion_tokens: Tokens,
  total_tokens: Tokens,
  // Seconds since 1970; a Date holds no more than these.
  startTime: z.number().min(0).max(8.64e12),
  response_cost: z.number().nonnegative().nullish(),
  end_user: Name,
  request_tags: z
    .array(z.string().max(200))
    .max(50)
    .nullish()
    .transform((tags) => tags ?? []),
  response: z.union([Fields, z.unknown()]).optional() as z.ZodType<Record<string, unknown> | undefined>,
  model_parameters: Fields.nullish(),
  metadata: z
    .looseObject({
      usage_object: Fields.nullish(),
      user_api_key_end_user_id: Name,
      user_api_key_team_id: Name,
      user_api_key_org_id: Name,
      user_api_key_user_id: Name,
      user_api_key_alias: Name,
    })
    .nullish()
    .transform((value) => value ?? {}),
});
type LoggedCall = z.output<typeof LoggedCall>;
