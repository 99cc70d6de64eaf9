import { describe, expect, test } from "vitest";
import { type ApiRoute, readApiDocument } from "./api-document.ts";
import { buildRequest, keyProblem } from "./build-request.ts";
import { curlText } from "./curl-text.ts";
import { documentedLines } from "./documented-lines.ts";
import { initialDraft } from "./initial-draft.ts";
import { layOutJson } from "./json-text.ts";
import { isPriced, readPricedBody, withQuantity, writePricedBody } from "./priced-body.ts";
import { exampleOf } from "./schema-example.ts";
import { schemaFields, typeText } from "./schema-fields.ts";

const usage = {
  openapi: "3.1.0",
  info: { title: "Ratebook", version: "1" },
  tags: [{ name: "Usage" }, { name: "Credits" }],
  paths: {
    "/api/v1/credits/summary": {
      get: {
        operationId: "creditsSummary",
        tags: ["Credits"],
        summary: "Balance",
        security: [{ bearer: [] }],
        responses: { "200": { description: "The balance" } },
      },
    },
    "/api/v1/things/{id}": {
      post: {
        operationId: "useThing",
        tags: ["Usage"],
        summary: "Use a thing",
        security: [{ bearer: [] }],
        parameters: [
          { in: "path", name: "id", required: true, schema: { type: "string" } },
          { in: "query", name: "at", schema: { type: "string", format: "date-time" } },
          { in: "header", name: "Idempotency-Key", required: true, schema: { type: "string" } },
          { in: "cookie", name: "session", schema: { type: "string" } },
        ],
        requestBody: {
          required: true,
          content: { "application/json": { schema: { $ref: "#/components/schemas/UsageEvent" } } },
        },
        responses: { "200": { description: "Done", content: { "application/json": { schema: {} } } } },
      },
    },
  },
  components: {
    schemas: {
      UsageEvent: {
        type: "object",
        required: ["model", "tier"],
        properties: {
          model: { type: "string", description: "Its name", example: "writer" },
          tier: { type: "string", enum: ["batch", "flex"] },
          quantities: { type: "object", additionalProperties: { type: "number" }, example: { image: 2 } },
          parts: { type: "array", items: { $ref: "#/components/schemas/UsageEvent" } },
          note: { anyOf: [{ type: "string" }, { type: "null" }] },
        },
      },
    },
  },
};

const document = readApiDocument(usage);
if (!document.ok) throw new Error(document.error.message);
const { routes, schemas } = document.value;
const routeOf = (id: string): ApiRoute => {
  const route = routes.find((it) => it.id === id);
  if (route === undefined) throw new Error(`no route ${id}`);
  return route;
};
const thing = routeOf("useThing");
const filled = { "path:id": "a/b c", "query:at": "", "header:Idempotency-Key": "k-1" };

describe("reading the document", () => {
  test("keeps every route with its place, key and JSON body, and leaves cookies out", () => {
    expect(document.value.tags).toEqual(["Usage", "Credits"]);
    expect(thing).toMatchObject({
      method: "POST",
      path: "/api/v1/things/{id}",
      tag: "Usage",
      needsKey: true,
    });
    expect(thing.parameters.map(({ name }) => name)).toEqual(["id", "at", "Idempotency-Key"]);
  });

  test("says of anything else that it is no OpenAPI document", () => {
    expect(readApiDocument({ swagger: "2.0" })).toMatchObject({ ok: false, error: { kind: "not_openapi" } });
    expect(readApiDocument("<html>").ok).toBe(false);
  });

  test("shows a body's fields, also of a schema that contains itself", () => {
    const fields = schemaFields(thing.body?.schema ?? {}, schemas);
    expect(fields.slice(0, 2)).toEqual([
      { path: "model", type: "string", required: true, description: "Its name" },
      { path: "tier", type: '"batch" | "flex"', required: true, description: "" },
    ]);
    expect(fields.map(({ path }) => path)).toContain("parts[].model");
    expect(typeText({ anyOf: [{ type: "string" }, { type: "null" }] }, schemas)).toBe("string | null");
    expect(typeText({ type: "object", additionalProperties: { type: "number" } }, schemas)).toBe(
      "object of number",
    );
  });

  test("makes an example of what is required and what has one", () => {
    expect(exampleOf({ $ref: "#/components/schemas/UsageEvent" }, schemas)).toEqual({
      model: "writer",
      tier: "batch",
      quantities: { image: 2 },
    });
  });
});

describe("building a request", () => {
  test("encodes the path, leaves empty fields out and names the content type", () => {
    expect(buildRequest(thing, { values: filled, body: '{"model":"writer"}' })).toEqual({
      ok: true,
      value: {
        method: "POST",
        url: "/api/v1/things/a%2Fb%20c",
        headers: [
          ["Idempotency-Key", "k-1"],
          ["Content-Type", "application/json"],
        ],
        body: '{"model":"writer"}',
        needsKey: true,
      },
    });
    const withQuery = buildRequest(thing, {
      values: { ...filled, "query:at": "2026-01-31T12:00:00+02:00" },
      body: "{}",
    });
    expect(withQuery).toMatchObject({
      value: { url: "/api/v1/things/a%2Fb%20c?at=2026-01-31T12%3A00%3A00%2B02%3A00" },
    });
  });

  test("names every field that keeps it from being sent", () => {
    const built = buildRequest(thing, { values: { "header:Idempotency-Key": "naïve" }, body: "{" });
    expect(built.ok ? [] : built.error.map(({ field }) => field)).toEqual([
      "path:id",
      "header:Idempotency-Key",
      "body",
    ]);
    expect(buildRequest(thing, { values: filled, body: "  " })).toMatchObject({
      error: [{ field: "body", message: "a JSON body is required" }],
    });
  });

  test("a key that cannot be a header is named before it is sent", () => {
    expect(keyProblem("")).toMatch(/paste/);
    expect(keyProblem("rbk_a b")).toMatch(/spaces/);
    expect(keyProblem("rbk_ü")).toMatch(/plain/);
    expect(keyProblem("rbk_abc123")).toBeNull();
  });

  test("a form starts with a fresh idempotency key and the example", () => {
    const draft = initialDraft(thing, schemas, () => "new-key");
    expect(draft.values).toEqual({ "header:Idempotency-Key": "new-key" });
    expect(JSON.parse(draft.body)).toEqual({ model: "writer", tier: "batch", quantities: { image: 2 } });
    expect(initialDraft(routeOf("creditsSummary"), schemas, () => "new-key")).toEqual({
      values: {},
      body: "",
    });
  });
});

describe("curl", () => {
  test("writes the documented line as the documentation does", () => {
    expect(documentedLines(routes, "https://billing.example")).toEqual([
      {
        title: "Check the balance and this month's usage",
        routeId: "creditsSummary",
        curl: 'curl -X GET "https://billing.example/api/v1/credits/summary" \\\n  -H "Authorization: Bearer YOUR_API_KEY"',
      },
    ]);
  });

  test("never lets the shell read into what was typed, and never shows the key", () => {
    const curl = curlText(
      {
        method: "POST",
        url: "/x?a=$(id)",
        headers: [["X-Note", 'a"b`c`']],
        body: '{"it":"it\'s $HOME"}',
        needsKey: true,
      },
      "https://h",
    );
    expect(curl.split(" \\\n  ")).toEqual([
      "curl -X POST 'https://h/x?a=$(id)'",
      '-H "Authorization: Bearer YOUR_API_KEY"',
      "-H 'X-Note: a\"b`c`'",
      `-d '{"it":"it'\\''s $HOME"}'`,
    ]);
  });
});

describe("layOutJson", () => {
  test("keeps every digit and string as it came", () => {
    expect(layOutJson('{"a":0.000000024,"b":[12345678901234567890,"x\\"{,}"],"c":{},"d":[]}')).toBe(
      [
        "{",
        '  "a": 0.000000024,',
        '  "b": [',
        "    12345678901234567890,",
        '    "x\\"{,}"',
        "  ],",
        '  "c": {},',
        '  "d": []',
        "}",
      ].join("\n"),
    );
  });

  test("gives text that is no JSON back as it is", () => {
    expect(layOutJson("<html>{")).toBe("<html>{");
    expect(layOutJson("")).toBe("");
  });
});

describe("the priced part of a body", () => {
  test("is found by its quantities, whatever the route", () => {
    expect(isPriced(thing, schemas)).toBe(true);
    expect(isPriced(routeOf("creditsSummary"), schemas)).toBe(false);
  });

  test("is read as it is typed", () => {
    expect(readPricedBody('{"provider":"acme","model":"w","quantities":{"image":2,"page":"0.5"}}')).toEqual({
      offering: "acme/w",
      quantities: { image: "2", page: "0.5" },
      dimensions: {},
    });
    expect(readPricedBody("{")).toBeNull();
    expect(readPricedBody("[1]")).toBeNull();
  });

  test("is written back beside what else was typed", () => {
    const body = '{"provider":"acme","model":"w","usage":{"format":"openai"},"agentId":"a"}';
    const chosen = writePricedBody(body, { offering: "acme/x", quantities: { image: "2" } });
    expect(JSON.parse(chosen)).toEqual({ offering: "acme/x", agentId: "a", quantities: { image: 2 } });
    expect(JSON.parse(withQuantity(chosen, "image", "1.000000001"))).toEqual({
      offering: "acme/x",
      agentId: "a",
      quantities: { image: "1.000000001" },
    });
    expect(JSON.parse(withQuantity(chosen, "image", ""))).toMatchObject({ quantities: {} });
  });
});
