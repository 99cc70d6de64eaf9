import { expectBooksBalance } from "@ratebook/billing/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BillingDoors, billingDoors } from "./testing/billing-doors.ts";

let doors: BillingDoors;
let service: string;

beforeAll(async () => {
  doors = await billingDoors();
  service = await doors.serviceKey();
  await doors.sell({
    offerings: [
      {
        provider: "acme",
        model: "chat-1",
        modality: "language",
        listed: true,
        rates: [
          { meter: "input_tokens", usd: "2.5", per: 1_000_000 },
          { meter: "output_tokens", usd: "10", per: 1_000_000 },
        ],
      },
    ],
  });
});

afterAll(async () => {
  await expectBooksBalance(doors.database.sql);
  await doors.close();
});

const quantities = { input_tokens: 1200, output_tokens: 350 };
// (1200 × $2.5 + 350 × $10) ÷ 10^6 = $0.0065, and 20 % more
const AMOUNT = "0.0078";

describe("POST /api/v1/ingest/cloudevents", () => {
  const path = "/api/v1/ingest/cloudevents";
  const event = (id: string, more: object = {}) => ({
    specversion: "1.0",
    type: "usage.recorded",
    source: "gateway/eu-1",
    id,
    data: { offering: "acme/chat-1", quantities },
    ...more,
  });
  const balance = async (key: string): Promise<unknown> =>
    (await doors.send("GET", "/api/v1/credits/balance", { key })).body["balance"];

  test("debits each source and id once, in whatever order and however often they come", async () => {
    const { apiKey } = await doors.payer("cloud", "1");
    const headers = { "content-type": "application/cloudevents-batch+json" };
    const batch = [event("b"), event("a"), event("b"), event("a", { source: "gateway/eu-2" })];
    const first = await doors.send("POST", path, { key: apiKey, body: batch, headers });
    expect(first.body).toMatchObject({
      results: [
        { index: 0, status: "debited", amount: AMOUNT },
        { index: 1, status: "debited" },
        { index: 2, status: "replayed" },
        { index: 3, status: "debited" },
      ],
    });
    const again = await doors.send("POST", path, { key: apiKey, body: batch, headers });
    expect(again.body).toMatchObject({ results: batch.map(() => ({ status: "replayed" })) });
    // 1 − 3 × 0.0078
    expect(await balance(apiKey)).toBe(0.9766);
  });

  test("one structured event is taken, priced when it occurred, and parked where it has no price", async () => {
    const { apiKey } = await doors.payer("cloud-late", "1");
    const headers = { "content-type": "application/cloudevents+json; charset=utf-8" };
    const anHourAgo = new Date(doors.ctx.clock().getTime() - 3_600_000).toISOString();
    const late = await doors.send("POST", path, {
      key: apiKey,
      body: event("late", { time: anHourAgo }),
      headers,
    });
    // Nothing was sold yet an hour ago.
    expect(late.body).toMatchObject({ results: [{ status: "parked", reason: "unknown_offering" }] });
    const unknown = event("unknown", { data: { offering: "acme/chat-9", quantities } });
    const parked = await doors.send("POST", path, { key: apiKey, body: unknown, headers });
    expect(parked.body).toMatchObject({ results: [{ status: "parked", reason: "unknown_offering" }] });
  });

  test("a service key's event is its subject's; another's is refused, and hides no other", async () => {
    const { id } = await doors.payer("cloud-subject", "1");
    const { apiKey: stranger } = await doors.payer("cloud-stranger", "1");
    const body = [
      event("s-1", { subject: "cloud-subject" }),
      event("s-2"),
      event("s-3", { subject: "nobody" }),
    ];
    const { body: served } = await doors.send("POST", path, { key: service, body });
    expect(served).toMatchObject({
      results: [
        { status: "debited" },
        { status: "invalid", code: "validation_error" },
        { status: "invalid" },
      ],
    });
    const foreign = await doors.send("POST", path, { key: stranger, body: [event("s-4", { subject: id })] });
    expect(foreign.body).toMatchObject({ results: [{ status: "invalid", code: "access_denied" }] });
  });

  test("a lone event that cannot be read is a bad request; in a batch it is told in its place", async () => {
    const { apiKey } = await doors.payer("cloud-bad", "1");
    const bad = event("bad", { time: "yesterday" });
    const alone = await doors.send("POST", path, { key: apiKey, body: bad });
    expect(alone).toMatchObject({
      status: 400,
      body: { code: "validation_error", details: { field: "time" } },
    });
    const field = event("typo", { data: { offering: "acme/chat-1", quantites: quantities } });
    const { body } = await doors.send("POST", path, { key: apiKey, body: [bad, event("good"), field] });
    expect(body).toMatchObject({
      results: [
        { index: 0, status: "invalid", details: { field: "time" } },
        { index: 1, status: "debited" },
        { index: 2, status: "invalid", details: { field: "data.quantites" } },
      ],
    });
    for (const wrong of ["[]", '"text"', "{"]) {
      const refused = await doors.send("POST", path, { key: apiKey, body: wrong });
      expect(refused.status).toBe(400);
    }
  });
});

describe("POST /api/v1/ingest/litellm", () => {
  const path = "/api/v1/ingest/litellm";
  const call = (id: string, more: object = {}) => ({
    id: `chatcmpl-${id}`,
    litellm_call_id: id,
    call_type: "acompletion",
    status: "success",
    custom_llm_provider: "acme",
    model: "acme/chat-1",
    prompt_tokens: 1200,
    completion_tokens: 350,
    total_tokens: 1550,
    startTime: doors.ctx.clock().getTime() / 1000,
    response_cost: 0.0065,
    end_user: "litellm-user",
    metadata: { user_api_key_team_id: "litellm-team" },
    ...more,
  });

  test("debits each call once for the customer LiteLLM names, skips calls without usage, hides nothing", async () => {
    await doors.payer("litellm-user", "1");
    await doors.payer("litellm-team", "1");
    const body = [
      call("c-1"),
      call("c-1"),
      call("c-2", { status: "failure", prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }),
      call("c-3", { call_type: "image_generation", prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }),
    ];
    const { body: answer } = await doors.send("POST", path, { key: service, body });
    expect(answer).toMatchObject({
      results: [
        { status: "debited", amount: AMOUNT, balance: "0.9922" },
        { status: "replayed" },
        { status: "skipped", reason: "the call failed before anything was used" },
        { status: "invalid", details: { field: "total_tokens" } },
      ],
    });
    const team = await doors.send("POST", `${path}?customerFrom=team`, { key: service, body: call("c-4") });
    expect(team.body).toMatchObject({ results: [{ status: "debited", balance: "0.9922" }] });
    const wrong = await doors.send("POST", `${path}?customerFrom=moon`, { key: service, body: call("c-5") });
    expect(wrong).toMatchObject({ status: 400, body: { details: { field: "customerFrom" } } });
  });

  test("in shadow no money moves, and the report says what we would have taken beside what LiteLLM computed", async () => {
    const { id, apiKey } = await doors.payer("litellm-shadow", "1");
    const headers = { "X-Ratebook-Shadow": "1" };
    const body = [
      call("s-1"),
      call("s-2", { response_cost: null }),
      call("s-3", { model: "acme/chat-9" }),
      call("s-1"),
    ];
    const { body: answer } = await doors.send("POST", path, { key: apiKey, body, headers });
    expect(answer).toMatchObject({ results: body.map(() => ({ status: "shadow", balance: "1" })) });
    const { body: report } = await doors.send("GET", "/api/v1/usage/shadow", { key: apiKey });
    expect(report).toMatchObject({
      models: [
        {
          offering: "acme/chat-1",
          events: 2,
          amount: "0.0156",
          compared: 1,
          comparedAmount: AMOUNT,
          comparedPlatformAmount: "0.0065",
          platformAmount: "0.0065",
          // 0.0078 − 0.0065
          difference: "0.0013",
          unrated: {},
        },
        { offering: "acme/chat-9", events: 1, amount: "0", compared: 0, unrated: { unknown_offering: 1 } },
      ],
      total: { events: 3, amount: "0.0156", platformAmount: "0.013", difference: "0.0013" },
    });
    const { apiKey: stranger } = await doors.payer("litellm-other", "1");
    const others = await doors.send("GET", "/api/v1/usage/shadow", { key: stranger });
    expect(others.body).toMatchObject({ models: [], total: { events: 0 } });
    const foreign = await doors.send("GET", "/api/v1/usage/shadow", {
      key: stranger,
      headers: { "X-Customer": id },
    });
    expect(foreign.status).toBe(403);
  });
});

describe("POST /api/v1/ingest/otlp/v1/traces", () => {
  const path = "/api/v1/ingest/otlp/v1/traces";
  const attribute = (key: string, value: string | number) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  });
  const span = (spanId: string, attributes: Record<string, string | number>) => ({
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId,
    startTimeUnixNano: `${doors.ctx.clock().getTime()}000000`,
    attributes: Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  });
  const usage = {
    "gen_ai.provider.name": "acme",
    "gen_ai.request.model": "chat-1",
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 350,
  };
  const traces = (...spans: unknown[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

  test("rates spans of models without moving money, says how many it could not, and takes a repeat", async () => {
    const { apiKey } = await doors.payer("otlp", "1");
    const body = traces(
      span("01", { ...usage, "gen_ai.operation.name": "chat" }),
      span("02", { ...usage, "gen_ai.usage.output_tokens": -1 }),
      span("03", { "http.request.method": "GET" }),
    );
    for (const _attempt of [1, 2]) {
      const answer = await doors.send("POST", path, { key: apiKey, body });
      const errorMessage = expect.stringContaining("gen_ai.usage.output_tokens");
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ partialSuccess: { rejectedSpans: "1", errorMessage } });
    }
    const { body: report } = await doors.send("GET", "/api/v1/usage/shadow", { key: apiKey });
    expect(report).toMatchObject({ total: { events: 1, amount: AMOUNT } });
    const balance = await doors.send("GET", "/api/v1/credits/balance", { key: apiKey });
    expect(balance.body).toMatchObject({ balance: 1 });
    const wrong = await doors.send("POST", path, { key: apiKey, body: { resourceSpans: ["no"] } });
    const fieldViolations = [{ field: "resourceSpans.0", description: "must be an object" }];
    expect(wrong.status).toBe(400);
    expect(wrong.body).toEqual({
      code: 3,
      message: "resourceSpans.0: must be an object",
      details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations }],
    });
  });
});
