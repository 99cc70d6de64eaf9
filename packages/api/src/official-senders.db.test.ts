import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagLogLevel, diag, type Span, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expectBooksBalance } from "@ratebook/billing/testing";
import { CloudEvent, emitterFor, HTTP, type Message, Mode } from "cloudevents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BillingDoors, billingDoors } from "./testing/billing-doors.ts";
import { sellChat } from "./testing/sell-chat.ts";

let doors: BillingDoors;
let service: string;

beforeAll(async () => {
  doors = await billingDoors();
  service = await doors.serviceKey();
  await sellChat(doors);
});
afterAll(async () => {
  diag.disable();
  trace.disable();
  await expectBooksBalance(doors.database.sql);
  await doors.close();
});

// (1200 × $2.5 + 350 × $10) ÷ 10^6 = $0.0065, and 20 % more
const AMOUNT = "0.0078";

describe("the OpenTelemetry SDK's OTLP/HTTP exporter", () => {
  /** Exports spans as a service would, and gives what the exporter complained of. */
  async function exportSpans(
    key: string,
    compression: CompressionAlgorithm,
    spans: { name: string; attributes: Parameters<Span["setAttributes"]>[0] }[],
  ): Promise<string[]> {
    const complaints: string[] = [];
    const complain = (...words: unknown[]) => void complaints.push(words.map(String).join(" "));
    const silent = () => {};
    diag.setLogger(
      { error: complain, warn: complain, info: silent, debug: silent, verbose: silent },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );
    const exporter = new OTLPTraceExporter({
      url: `${doors.url}/api/v1/ingest/otlp/v1/traces`,
      headers: { Authorization: `Bearer ${key}` },
      compression,
    });
    const provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ "service.name": "gateway", "ratebook.customer": "otel-sdk" }),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    const tracer = provider.getTracer("gateway");
    const startTime = doors.ctx.clock();
    for (const { name, attributes } of spans) {
      tracer.startSpan(name, { startTime, ...(attributes && { attributes }) }).end(startTime);
    }
    await provider.forceFlush();
    await provider.shutdown();
    return complaints;
  }
  const chat = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "acme",
    "gen_ai.request.model": "chat-1",
    "gen_ai.usage.input_tokens": 1200,
    "gen_ai.usage.output_tokens": 350,
  };

  test.each([
    [CompressionAlgorithm.NONE, 1],
    [CompressionAlgorithm.GZIP, 2],
  ])(
    "delivers spans (%s) that are rated and never debited",
    // Spans have new ids every time, so the second export adds its own; the second purchase another dollar.
    async (compression, nth) => {
      await doors.customer("otel-sdk", "1");
      const complaints = await exportSpans(service, compression, [
        { name: "chat chat-1", attributes: chat },
        { name: "GET /", attributes: { "http.request.method": "GET" } },
      ]);
      expect(complaints).toEqual([]);
      expect(await shadowOf("otel-sdk")).toEqual({ events: nth, amount: nth === 1 ? AMOUNT : "0.0156" });
      const headers = { "X-Customer": "otel-sdk" };
      const { body } = await doors.send("GET", "/api/v1/credits/balance", { key: service, headers });
      expect(body).toMatchObject({ balance: nth });
    },
  );

  test("is told of spans that were rejected, and does not send them again", async () => {
    const complaints = await exportSpans(service, CompressionAlgorithm.GZIP, [
      { name: "chat", attributes: { ...chat, "gen_ai.usage.input_tokens": 1.5 } },
      { name: "chat", attributes: chat },
    ]);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain('"rejectedSpans":"1"');
    expect(complaints[0]).toContain("gen_ai.usage.input_tokens");
  });

  test("is told in a google.rpc.Status why nothing was taken", async () => {
    const key = await doors.keyFor((await doors.customer("otel-reader", "1")).id, ["read"]);
    const exported = exportSpans(key, CompressionAlgorithm.NONE, [{ name: "chat", attributes: chat }]);
    // 7 is PERMISSION_DENIED.
    const data = expect.stringMatching(/^{"code":7,"message":"[^"]*usage:write/);
    await expect(exported).rejects.toMatchObject([{ name: "OTLPExporterError", code: 403, data }]);
  });

  async function shadowOf(customer: string): Promise<{ events: number; amount: string }> {
    const { body } = await doors.send("GET", "/api/v1/usage/shadow", {
      key: service,
      headers: { "X-Customer": customer },
    });
    const total = Object(body["total"]);
    return { events: total.events, amount: total.amount };
  }
});

describe("the CloudEvents SDK", () => {
  const event = (id: string, more: object = {}) =>
    new CloudEvent({
      id,
      source: "https://gateway.example/eu-1",
      type: "usage.recorded",
      subject: "cloudevents-sdk",
      time: doors.ctx.clock().toISOString(),
      data: { offering: "acme/chat-1", quantities: { input_tokens: 1200, output_tokens: 350 } },
      ...more,
    });
  const send = async ({ headers, body }: Message): Promise<Record<string, unknown>> => {
    const texts = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const response = await fetch(`${doors.url}/api/v1/ingest/cloudevents`, {
      method: "POST",
      headers: [...texts, ["authorization", `Bearer ${service}`]],
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return Object(await response.json());
  };

  test("sends one event structured, binary and again, and it is debited once", async () => {
    await doors.customer("cloudevents-sdk", "1");
    const structured = emitterFor(send, { binding: HTTP, mode: Mode.STRUCTURED });
    const binary = emitterFor(send, { binding: HTTP, mode: Mode.BINARY });
    expect(await structured(event("sdk-1"))).toMatchObject({
      results: [{ status: "debited", amount: AMOUNT, balance: "0.9922" }],
    });
    expect(await binary(event("sdk-1"))).toMatchObject({ results: [{ status: "replayed" }] });
    expect(await binary(event("sdk-2"))).toMatchObject({
      results: [{ status: "debited", balance: "0.9844" }],
    });
    expect(await binary(event("sdk-3", { data: { offering: 7 } }))).toMatchObject({
      code: "validation_error",
      details: { field: "data.offering" },
    });
  });

  test("writes a batch whose events are debited each once", async () => {
    await doors.customer("cloudevents-batch", "1");
    const batch = ["sdk-b1", "sdk-b2", "sdk-b1"].map((id) => event(id, { subject: "cloudevents-batch" }));
    const body = `[${batch.map((one) => HTTP.structured(one).body).join(",")}]`;
    const sent = await send({ headers: { "content-type": "application/cloudevents-batch+json" }, body });
    expect(sent).toMatchObject({
      results: [{ status: "debited" }, { status: "debited", balance: "0.9844" }, { status: "replayed" }],
    });
  });
});

describe("LiteLLM's generic_api callback", () => {
  const path = "/api/v1/ingest/litellm";
  /** A payload of the shapes in `ingest/fixtures/litellm`, at the clock of this test. */
  const payload = (name: string): Record<string, unknown> => ({
    ...JSON.parse(readFileSync(join(import.meta.dirname, `ingest/fixtures/litellm/${name}.json`), "utf8")),
    startTime: doors.ctx.clock().getTime() / 1000,
  });
  const all = () => ["success", "streamed", "cached", "failure"].map(payload);
  const expected = [
    { status: "debited", amount: AMOUNT },
    { status: "debited", amount: AMOUNT },
    // 1200 × 2.5 + 3000 × 0.25 + 1000 × 3.125 + 350 × 10 = 10,375 ÷ 10^6 = $0.010375, and 20 % more
    { status: "debited", amount: "0.01245" },
    { status: "skipped", reason: "the call failed before anything was used" },
  ];

  test("sends success and failure as a list, as lines and one at a time; each call is debited once", async () => {
    await doors.customer("litellm-user", "1");
    const list = await doors.send("POST", path, { key: service, body: all() });
    expect(list.body).toMatchObject({ results: expected });
    const lines = all()
      .map((one) => JSON.stringify(one))
      .join("\n");
    const again = await doors.send("POST", path, { key: service, body: lines });
    expect(again).toMatchObject({
      status: 200,
      body: { results: [{ status: "replayed" }, { status: "replayed" }, { status: "replayed" }, {}] },
    });
    for (const one of all()) {
      const { body } = await doors.send("POST", path, { key: service, body: one });
      expect(body).toMatchObject({ results: [{ status: expect.stringMatching(/replayed|skipped/) }] });
    }
    const balance = await doors.send("GET", "/api/v1/credits/balance", {
      key: service,
      headers: { "X-Customer": "litellm-user" },
    });
    // 1 − 0.0078 − 0.0078 − 0.01245
    expect(balance.body).toMatchObject({ balance: 0.97195 });
  });
});
