import { gzipSync } from "node:zlib";
import { expectBooksBalance } from "@ratebook/billing/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BillingDoors, billingDoors } from "./testing/billing-doors.ts";
import { sellChat } from "./testing/sell-chat.ts";

let doors: BillingDoors;
let service: string;

beforeAll(async () => {
  doors = await billingDoors();
  service = await doors.serviceKey();
  await sellChat(doors);
  await doors.payer("bad-input", "1");
});
afterAll(async () => {
  await expectBooksBalance(doors.database.sql);
  await doors.close();
});

const DOORS = {
  cloudevents: "/api/v1/ingest/cloudevents",
  litellm: "/api/v1/ingest/litellm",
  otlp: "/api/v1/ingest/otlp/v1/traces",
} as const;

/** How many rows a delivery may leave behind: events, entries, shadow events. */
const written = async () => {
  const [row] = await doors.database.sql`
    select (select count(*)::int from ratebook.usage_event) as events,
      (select count(*)::int from ratebook.entry) as entries,
      (select count(*)::int from ratebook.shadow_event) as shadows`;
  return row;
};
const usage = { offering: "acme/chat-1", quantities: { input_tokens: 1 } };
const cloud = (more: object = {}) => ({
  specversion: "1.0",
  type: "usage.recorded",
  source: "gateway",
  id: "bad",
  subject: "bad-input",
  data: usage,
  ...more,
});
const call = (more: object = {}) => ({
  id: "bad",
  status: "success",
  custom_llm_provider: "acme",
  model: "chat-1",
  prompt_tokens: 10,
  completion_tokens: 1,
  total_tokens: 11,
  startTime: doors.ctx.clock().getTime() / 1000,
  end_user: "bad-input",
  ...more,
});

/** What a door says of a bad field: the one shape, or that of OTLP, a google.rpc.Status with INVALID_ARGUMENT. */
const refusal = (door: keyof typeof DOORS, field: string) =>
  door === "otlp"
    ? {
        code: 3,
        details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations: [{ field }] }],
      }
    : { success: false, code: "validation_error", details: { field } };

describe("a lone record with a bad field is refused by its name, and nothing is written", () => {
  const future = "2031-01-01T00:00:00Z";
  test.each<[keyof typeof DOORS, string, () => unknown]>([
    ["cloudevents", "specversion", () => cloud({ specversion: "0.3" })],
    ["cloudevents", "id", () => cloud({ id: undefined })],
    ["cloudevents", "source", () => cloud({ source: "" })],
    ["cloudevents", "type", () => cloud({ type: 7 })],
    ["cloudevents", "time", () => cloud({ time: "22/11/2026" })],
    ["cloudevents", "subject", () => cloud({ subject: 42 })],
    ["cloudevents", "data", () => cloud({ data: undefined })],
    ["cloudevents", "data", () => cloud({ data: "text" })],
    ["cloudevents", "datacontenttype", () => cloud({ datacontenttype: "text/xml" })],
    ["cloudevents", "data_base64", () => cloud({ data_base64: "e30=" })],
    ["cloudevents", "data.occurredAt", () => cloud({ data: { ...usage, occurredAt: future } })],
    ["cloudevents", "data.offering", () => cloud({ data: { quantities: { input_tokens: 1 } } })],
    [
      "cloudevents",
      "data.quantities.input_tokens",
      () => cloud({ data: { ...usage, quantities: { input_tokens: -1 } } }),
    ],
    ["cloudevents", "data.quantites", () => cloud({ data: { ...usage, quantites: {} } })],
    ["litellm", "id", () => call({ id: "" })],
    ["litellm", "model", () => call({ model: null })],
    ["litellm", "status", () => call({ status: "maybe" })],
    ["litellm", "prompt_tokens", () => call({ prompt_tokens: -1 })],
    ["litellm", "completion_tokens", () => call({ completion_tokens: 1.5 })],
    ["litellm", "total_tokens", () => call({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })],
    ["litellm", "startTime", () => call({ startTime: "2026-11-22" })],
    ["litellm", "response_cost", () => call({ response_cost: -0.1 })],
    ["litellm", "end_user", () => call({ end_user: null })],
    [
      "litellm",
      "metadata.usage_object.prompt_tokens_details.cached_tokens",
      () =>
        call({
          metadata: {
            usage_object: {
              prompt_tokens: 1,
              completion_tokens: 1,
              prompt_tokens_details: { cached_tokens: 9 },
            },
          },
        }),
    ],
    ["litellm", "request_tags", () => call({ request_tags: "beta" })],
    ["otlp", "resourceSpans", () => ({ spans: [] })],
    [
      "otlp",
      "resourceSpans.0.scopeSpans.0.spans",
      () => ({ resourceSpans: [{ scopeSpans: [{ spans: 1 }] }] }),
    ],
  ])("%s: %s", async (door, field, body) => {
    const before = await written();
    const refused = await doors.send("POST", DOORS[door], { key: service, body: body() });
    expect(refused).toMatchObject({ status: 400, body: refusal(door, field) });
    expect(refused.body[door === "otlp" ? "message" : "error"]).toMatch(new RegExp(`^${field}:? `));
    expect(await written()).toEqual(before);
  });
});

describe("a body that cannot be read is refused, and nothing is written", () => {
  const gzip = { "content-encoding": "gzip" };
  /** Sends bytes as they are. */
  const post = async (door: keyof typeof DOORS, body: Uint8Array | string, headers: object = {}) => {
    const response = await fetch(doors.url + DOORS[door], {
      method: "POST",
      headers: { authorization: `Bearer ${service}`, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : new Uint8Array(body),
    });
    return { status: response.status, body: Object(await response.json()) };
  };
  const doorNames = ["cloudevents", "litellm", "otlp"] as const;

  test.each(doorNames)("%s: not JSON, no records, another type or encoding", async (door) => {
    const before = await written();
    for (const text of ["{", "<html>", '"text"', "7", "[]", ""]) {
      expect(await post(door, text)).toMatchObject({ status: 400, body: refusal(door, expect.any(String)) });
    }
    const protobuf = await post(door, "{}", { "content-type": "application/x-protobuf" });
    expect(protobuf).toMatchObject({ status: 415, body: refusal(door, "content-type") });
    const brotli = await post(door, "{}", { "content-encoding": "br" });
    expect(brotli).toMatchObject({ status: 415, body: refusal(door, "content-encoding") });
    expect(await written()).toEqual(before);
  });

  test.each(doorNames)(
    "%s: gzip that is none, is cut short, or unpacks to more than the limit",
    async (door) => {
      const before = await written();
      const whole = gzipSync(JSON.stringify({ resourceSpans: [] }));
      for (const bytes of [Buffer.from("plain"), whole.subarray(0, whole.length - 10)]) {
        const refused = await post(door, bytes, gzip);
        expect(refused).toMatchObject({ status: 400, body: refusal(door, "body") });
        expect(JSON.stringify(refused.body)).toContain("body: is not valid gzip");
      }
      // 64 MiB of blanks are 64 KiB packed.
      const bomb = gzipSync(Buffer.alloc(64 * 1_048_576, " "));
      expect(bomb.length).toBeLessThan(100_000);
      const refused = await post(door, bomb, gzip);
      expect(refused.status).toBe(413);
      expect(JSON.stringify(refused.body)).toContain("8388608 bytes");
      expect(await written()).toEqual(before);
    },
  );

  test("litellm: lines of which one is not JSON are refused whole", async () => {
    const before = await written();
    const refused = await post("litellm", `${JSON.stringify(call())}\n{"id":`);
    expect(refused).toMatchObject({ status: 400, body: { error: "body: is not valid JSON" } });
    expect(await written()).toEqual(before);
  });

  test("a list of more than a thousand records is refused before any is read", async () => {
    const before = await written();
    for (const door of ["cloudevents", "litellm"] as const) {
      const body = Array.from({ length: 1_001 }, (_, at) => ({
        ...(door === "litellm" ? call() : cloud()),
        id: `${at}`,
      }));
      expect(await doors.send("POST", DOORS[door], { key: service, body })).toMatchObject({ status: 400 });
    }
    expect(await written()).toEqual(before);
  });
});

describe("events that are late, out of order, repeated or concurrent", () => {
  const balanceOf = async (customer: string): Promise<unknown> => {
    const headers = { "X-Customer": customer };
    return (await doors.send("GET", "/api/v1/credits/balance", { key: service, headers })).body["balance"];
  };
  const at = (minutes: number): string =>
    new Date(doors.ctx.clock().getTime() + minutes * 60_000).toISOString();

  test("twenty deliveries of one batch at once debit each event once", async () => {
    await doors.payer("at-once", "1");
    const tokens = { offering: "acme/chat-1", quantities: { input_tokens: 1000 } };
    const batch = ["a", "b", "c"].map((id) => cloud({ id: `once-${id}`, subject: "at-once", data: tokens }));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, turn) =>
        doors.send("POST", DOORS.cloudevents, {
          key: service,
          body: turn % 2 === 0 ? batch : [...batch].reverse(),
        }),
      ),
    );
    const statuses = answers.flatMap(({ body }) =>
      (body["results"] as { status: string }[]).map(({ status }) => status),
    );
    expect(statuses.filter((status) => status === "debited")).toHaveLength(3);
    expect(statuses.filter((status) => status === "replayed")).toHaveLength(57);
    // 1 − 3 × 1000 × $2.5 ÷ 10^6 × 1.2
    expect(await balanceOf("at-once")).toBe(0.991);
  });

  test("an event of an hour ago after one of now is priced at its own time and counts on it", async () => {
    await doors.payer("disorder", "1");
    doors.prices.advance(2 * 3_600_000);
    const tokens = { offering: "acme/chat-1", quantities: { input_tokens: 1000 } };
    for (const [id, minutes] of [
      ["now", 0],
      ["earlier", -60],
      ["between", -30],
    ] as const) {
      const body = cloud({ id, source: "disorder", subject: "disorder", time: at(minutes), data: tokens });
      const answer = await doors.send("POST", DOORS.cloudevents, { key: service, body });
      expect(answer.body).toMatchObject({ results: [{ status: "debited", amount: "0.003" }] });
    }
    const times = await doors.database.sql`
      select occurred_at as at from ratebook.usage_event u join ratebook.customer c on c.id = u.account_id
      where c.external_id = 'disorder' order by u.occurred_at`;
    expect(times.map((row) => row["at"].toISOString())).toEqual([at(-60), at(-30), at(0)]);
  });

  test("older than 35 days need a scope, and in the future there are none; neither hides another", async () => {
    await doors.payer("too-late", "1");
    const days = (count: number): string => at(count * 1440);
    const body = [
      cloud({ id: "old", subject: "too-late", time: days(-36) }),
      cloud({ id: "future", subject: "too-late", time: days(2) }),
      cloud({ id: "good", subject: "too-late" }),
    ];
    const { body: answer } = await doors.send("POST", DOORS.cloudevents, { key: service, body });
    expect(answer).toMatchObject({
      results: [
        { status: "invalid", code: "access_denied", error: expect.stringContaining("usage:backfill") },
        { status: "invalid", details: { field: "time" } },
        { status: "debited" },
      ],
    });
    const alone = await doors.send("POST", DOORS.cloudevents, { key: service, body: body[0] });
    expect(alone).toMatchObject({ status: 403, body: { code: "access_denied" } });
    const backfill = await doors.serviceKey(["usage:any", "usage:backfill"]);
    const allowed = await doors.send("POST", DOORS.cloudevents, { key: backfill, body: body[0] });
    // Nothing was sold yet then.
    expect(allowed.body).toMatchObject({ results: [{ status: "parked" }] });
  });

  test("one source and id with another meaning is a conflict, and debits nothing", async () => {
    await doors.payer("meaning", "1");
    const one = cloud({ id: "same", source: "meaning", subject: "meaning" });
    await doors.send("POST", DOORS.cloudevents, { key: service, body: one });
    const before = await balanceOf("meaning");
    const other = { ...one, data: { ...usage, quantities: { input_tokens: 2 } } };
    const answer = await doors.send("POST", DOORS.cloudevents, { key: service, body: [other] });
    expect(answer.body).toMatchObject({ results: [{ status: "conflict", code: "idempotency_conflict" }] });
    const alone = await doors.send("POST", DOORS.cloudevents, { key: service, body: other });
    expect(alone).toMatchObject({ status: 422, body: { code: "idempotency_conflict" } });
    expect(await balanceOf("meaning")).toBe(before);
  });
});
