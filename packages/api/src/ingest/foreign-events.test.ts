import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binaryCloudEvent, fromCloudEvent } from "./cloud-event.ts";
import { fromLitellmLog } from "./litellm-log.ts";
import { fromOtlpTraces } from "./otlp-spans.ts";

const cloudEvent = {
  specversion: "1.0",
  type: "usage.recorded",
  source: "gateway/eu-1",
  id: "call-1",
  data: { offering: "acme/chat-1", quantities: { input_tokens: 1 } },
};

describe("a CloudEvent", () => {
  test("becomes a usage event named by source and id, at its time, for its subject", () => {
    const mapped = fromCloudEvent({ ...cloudEvent, time: "2026-11-20T10:00:00Z", subject: "acme-42" });
    expect(mapped).toMatchObject({
      kind: "event",
      event: {
        offering: "acme/chat-1",
        customer: "acme-42",
        occurredAt: "2026-11-20T10:00:00Z",
        idempotencyKey: expect.stringMatching(/^cloudevent-[0-9a-f]{64}$/),
        metadata: { cloudEvent: { source: "gateway/eu-1", id: "call-1", type: "usage.recorded" } },
      },
    });
  });

  test("has another key where source or id differ, and never by how they are cut", () => {
    const key = (source: string, id: string): unknown => {
      const mapped = fromCloudEvent({ ...cloudEvent, source, id });
      return mapped.kind === "event" ? mapped.event["idempotencyKey"] : mapped;
    };
    expect(key("a", "bc")).not.toEqual(key("ab", "c"));
    expect(key("a", "b")).toEqual(key("a", "b"));
  });

  test.each([
    [{ specversion: "0.3" }, "specversion"],
    [{ id: "" }, "id"],
    [{ source: undefined }, "source"],
    [{ time: "yesterday" }, "time"],
    [{ datacontenttype: "application/xml" }, "datacontenttype"],
    [{ data: [1] }, "data"],
    [{ data_base64: "e30=" }, "data_base64"],
    [{ data: { idempotencyKey: "mine" } }, "data.idempotencyKey"],
    [{ subject: "a", data: { customer: "b" } }, "data.customer"],
  ])("with %j is refused by the name of the field", (wrong, field) => {
    expect(fromCloudEvent({ ...cloudEvent, ...wrong })).toMatchObject({ kind: "invalid", field });
  });
});

test("a CloudEvent in binary mode is read from headers and body, percent-encoded values decoded", () => {
  const headers: Record<string, string> = {
    "ce-specversion": "1.0",
    "ce-id": "call%201",
    "ce-source": "gateway/100%",
    "ce-type": "usage.recorded",
    "content-type": "application/json",
  };
  const header = (name: string) => headers[name];
  expect(binaryCloudEvent(header, { offering: "acme/chat-1" })).toEqual({
    specversion: "1.0",
    id: "call 1",
    source: "gateway/100%",
    type: "usage.recorded",
    subject: undefined,
    time: undefined,
    datacontenttype: "application/json",
    data: { offering: "acme/chat-1" },
  });
  headers["content-type"] = "application/cloudevents+json; charset=utf-8";
  expect(binaryCloudEvent(header, {})).toBeNull();
  expect(binaryCloudEvent(() => undefined, {})).toBeNull();
});

const call = {
  id: "chatcmpl-1",
  litellm_call_id: "c-1",
  call_type: "acompletion",
  status: "success",
  custom_llm_provider: "gemini",
  model: "gemini/gemini-3-pro",
  prompt_tokens: 1200,
  completion_tokens: 350,
  total_tokens: 1550,
  startTime: 1795867200.25,
  response_cost: 2.85e-5,
  end_user: "acme-42",
  request_tags: ["beta"],
  metadata: { usage_object: { prompt_tokens: 1200, completion_tokens: 350 }, user_api_key_team_id: "team-1" },
};

describe("a call logged by LiteLLM", () => {
  test("becomes a usage event named by its call id, with the provider's own usage and what LiteLLM computed", () => {
    expect(fromLitellmLog(call, "end_user")).toMatchObject({
      kind: "event",
      event: {
        provider: "gemini",
        model: "gemini-3-pro",
        customer: "acme-42",
        usage: { format: "openai", raw: { prompt_tokens: 1200, completion_tokens: 350 } },
        occurredAt: "2026-11-28T12:00:00.250Z",
        platformAmount: "0.0000285",
        metadata: { litellm: { callId: "c-1" }, tags: ["beta"] },
      },
    });
    expect(fromLitellmLog(call, "team")).toMatchObject({ event: { customer: "team-1" } });
    expect(fromLitellmLog(call, null)).toMatchObject({ event: { customer: undefined } });
  });

  test("is skipped where nothing was used: failed at once, or answered from LiteLLM's cache", () => {
    const nothing = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, metadata: {} };
    expect(fromLitellmLog({ ...call, ...nothing, status: "failure" }, null).kind).toBe("skipped");
    expect(fromLitellmLog({ ...call, cache_hit: true }, null).kind).toBe("skipped");
  });

  test("is refused in LiteLLM's own words", () => {
    const words = (record: typeof call | object, ...fields: string[]) => {
      const mapped = fromLitellmLog({ ...call, ...record }, "team");
      return mapped.kind === "event" ? fields.map(mapped.wordOf) : null;
    };
    expect(words({}, "usage.raw.prompt_tokens", "customer", "occurredAt", "metadata.tags.0")).toEqual([
      ...[
        "metadata.usage_object.prompt_tokens",
        "metadata.user_api_key_team_id",
        "startTime",
        "request_tags.0",
      ],
    ]);
    const without = { metadata: { user_api_key_team_id: "team-1" } };
    expect(words(without, "usage.raw.prompt_tokens", "usage")).toEqual(["prompt_tokens", "total_tokens"]);
  });

  test("that failed after tokens were used is billed for them", () => {
    expect(fromLitellmLog({ ...call, status: "failure" }, null).kind).toBe("event");
  });

  test("that succeeded without tokens is refused, never free: images and audio are priced by other quantities", () => {
    const image = { call_type: "image_generation", prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    expect(fromLitellmLog({ ...call, ...image }, null)).toMatchObject({
      kind: "invalid",
      field: "total_tokens",
    });
  });

  test("names the tier it was served at before the one it asked for", () => {
    const tiers = { response: { service_tier: "flex" }, model_parameters: { service_tier: "auto" } };
    expect(fromLitellmLog({ ...call, ...tiers }, null)).toMatchObject({
      event: { dimensions: { service_tier: "flex" } },
    });
    const asked = fromLitellmLog({ ...call, model_parameters: { service_tier: "default" } }, null);
    expect(asked.kind === "event" && asked.event["dimensions"]).toBeUndefined();
  });

  test.each([
    [{ id: undefined }, "id"],
    [{ model: "" }, "model"],
    [{ prompt_tokens: -1 }, "prompt_tokens"],
    [{ startTime: "now" }, "startTime"],
    [{ startTime: 1e300 }, "startTime"],
    [{ end_user: null, metadata: {} }, "end_user"],
  ])("with %j is refused by the name of the field", (wrong, field) => {
    expect(fromLitellmLog({ ...call, ...wrong }, "end_user")).toMatchObject({ kind: "invalid", field });
  });
});

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
});
const span = (attributes: Record<string, string | number>) => ({
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  startTimeUnixNano: "1795867200250000000",
  attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
});
const traces = (spans: unknown[], resource: Record<string, string> = {}) => ({
  resourceSpans: [
    {
      resource: { attributes: Object.entries(resource).map(([key, value]) => attribute(key, value)) },
      scopeSpans: [{ spans }],
    },
  ],
});

describe("OTLP spans", () => {
  test("of models become usage events; spans without usage, and those that add others up, are left out", () => {
    const model = {
      "gen_ai.provider.name": "gcp.gemini",
      "gen_ai.request.model": "gemini-3-pro",
      "gen_ai.usage.input_tokens": 612,
      "gen_ai.usage.output_tokens": 28,
    };
    const read = fromOtlpTraces(
      traces(
        [
          span({ ...model, "gen_ai.operation.name": "chat" }),
          span({ ...model, "gen_ai.operation.name": "invoke_agent" }),
          span({ "http.request.method": "GET" }),
        ],
        { "service.name": "gateway", "ratebook.customer": "acme-42" },
      ),
    );
    expect(read.ok && read.value.spans).toBe(3);
    expect(read.ok && read.value.events).toMatchObject([
      {
        kind: "event",
        event: {
          provider: "gcp.gemini",
          model: "gemini-3-pro",
          customer: "acme-42",
          usage: { format: "otel", raw: { "gen_ai.usage.input_tokens": 612 } },
          occurredAt: "2026-11-28T12:00:00.250Z",
          metadata: { otlp: { service: "gateway" } },
        },
      },
    ]);
  });

  test("without a model, or that are no spans, are told by their place and hide no other", () => {
    const usage = { "gen_ai.usage.input_tokens": 1 };
    const good = span({ ...usage, "gen_ai.request.model": "chat-1" });
    const read = fromOtlpTraces(
      traces([span(usage), "no span", { ...good, startTimeUnixNano: "soon" }, good]),
    );
    const place = "resourceSpans.0.scopeSpans.0.spans";
    expect(read.ok && read.value.events).toMatchObject([
      { kind: "invalid", field: `${place}.0.attributes.gen_ai.request.model` },
      { kind: "invalid", field: `${place}.1.event` },
      { kind: "invalid", field: `${place}.2.startTimeUnixNano` },
      { kind: "event" },
    ]);
  });

  test.each([
    [{}, "resourceSpans"],
    [{ resourceSpans: {} }, "resourceSpans"],
    [{ resourceSpans: [{ scopeSpans: "none" }] }, "resourceSpans.0.scopeSpans"],
    [{ resourceSpans: [{ resource: { attributes: [{}] } }] }, "resourceSpans.0.resource.attributes.0.key"],
  ])("in %j are no export, and the field is named", (body, field) => {
    expect(fromOtlpTraces(body)).toMatchObject({ ok: false, error: { field } });
  });

  test("begin at nanoseconds that are text, or a number as earlier exporters wrote it", () => {
    const one = { ...span({ "gen_ai.usage.input_tokens": 1, "gen_ai.request.model": "m" }) };
    const read = fromOtlpTraces(traces([{ ...one, startTimeUnixNano: 1795867200000000000 }]));
    expect(read.ok && read.value.events).toMatchObject([
      { event: { occurredAt: "2026-11-28T12:00:00.000Z" } },
    ]);
  });
});

test("whatever is sent is mapped or refused by name; nothing throws", () => {
  fc.assert(
    fc.property(fc.anything(), fc.jsonValue(), (anything, json) => {
      for (const record of [anything, json, { ...cloudEvent, data: json }, { ...call, metadata: json }]) {
        for (const mapped of [fromCloudEvent(record), fromLitellmLog(record, "end_user")]) {
          expect(["event", "skipped", "invalid"]).toContain(mapped.kind);
        }
        fromOtlpTraces(record);
      }
    }),
  );
});
