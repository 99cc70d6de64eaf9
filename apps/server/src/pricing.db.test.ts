import { catalogueFixture, languageModel } from "@ratebook/billing/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

let ratebook: TestRatebook;
let published: Date;

beforeAll(async () => {
  ratebook = await startTestRatebook();
  const fixture = await catalogueFixture(ratebook.database.sql);
  published = fixture.clock();
  const priced = (input: string) => ({
    offerings: [
      { ...languageModel("openai", "org/large", input, "60"), listed: true, aliases: ["large-latest"] },
      { ...languageModel("openai", "small", "0.20", "0.8"), listed: true },
      languageModel("openai", "unlisted", "100", "100"),
    ],
  });
  await fixture.submit("openai", priced("15"));
  fixture.advance(3_600_000);
  await fixture.submit("openai", priced("20"));
  await ratebook.ctx.catalogue.refresh();
});
afterAll(() => ratebook?.drop());

test("the summary is public, computed, and its ranges are exact numbers", async () => {
  const response = await fetch(new URL("/api/v1/pricing/summary", ratebook.url));
  expect(response.status).toBe(200);
  const text = await response.text();
  // $0.20 and $20 per million, × 1.2, for a thousand.
  expect(text).toContain('"min":0.00024,"max":0.024,');
  expect(JSON.parse(text)).toMatchObject({
    success: true,
    catalogueVersion: 2,
    stale: false,
    pricing: {
      "chat-completions": { unit: "1k tokens", estimatedRange: { min: 0.00024, max: 0.024 }, offerings: 2 },
      embeddings: { unit: "1k tokens", estimatedRange: null },
      "generate-image": {},
      "generate-video": {},
      "voice-tts": {},
      "voice-stt": {},
      "voice-clone": {},
      containers: {},
      storage: {},
    },
  });
});

test("the price list is public, paged, and leaves out what is not sold", async () => {
  const first = await ratebook.call("/api/v1/pricing/models?limit=1");
  expect(first).toMatchObject({
    status: 200,
    body: {
      success: true,
      total: 2,
      nextCursor: "openai/org/large",
      models: [
        {
          offering: "openai/org/large",
          rates: [
            { meter: "input_tokens", listPrice: "20", sellPrice: "24", per: 1_000_000, markupBps: 2000 },
            {},
          ],
        },
      ],
    },
  });
  const second = await ratebook.call("/api/v1/pricing/models?limit=1&cursor=openai/org/large");
  expect(second.body).toMatchObject({ models: [{ offering: "openai/small" }], nextCursor: null });
  const found = await ratebook.call("/api/v1/pricing/models?search=latest&provider=openai&modality=language");
  expect(found.body).toMatchObject({ total: 1 });
});

test("a model whose name has slashes is found by its name or an alias, at any instant", async () => {
  const now = await ratebook.call("/api/v1/pricing/models/openai/org/large");
  expect(now).toMatchObject({
    status: 200,
    body: {
      success: true,
      model: {
        offering: "openai/org/large",
        catalogueVersion: 2,
        rates: [{ listPrice: "20" }, { listPrice: "60" }],
        history: [
          { listPrice: "20", closedAt: null },
          { listPrice: "15", closedVersion: 2 },
          { listPrice: "60" },
        ],
      },
    },
  });
  const then = encodeURIComponent(published.toISOString());
  const earlier = await ratebook.call(`/api/v1/pricing/models/openai/large-latest?at=${then}`);
  expect(earlier.body).toMatchObject({
    model: {
      offering: "openai/org/large",
      catalogueVersion: 1,
      rates: [{ listPrice: "15", sellPrice: "18" }, {}],
    },
  });
});

test.each([
  ["/api/v1/pricing/models/openai/nothing", 404, "resource_not_found"],
  ["/api/v1/pricing/models/openai/small?at=yesterday", 400, "validation_error"],
  ["/api/v1/pricing/models?modality=smell", 400, "validation_error"],
  ["/api/v1/pricing/models?limit=0", 400, "validation_error"],
])("%s is %i %s", async (path, status, code) => {
  expect(await ratebook.call(path)).toMatchObject({ status, body: { success: false, code } });
});
