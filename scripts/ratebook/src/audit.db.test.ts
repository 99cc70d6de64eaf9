import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dollars, type UsageFixture, usageFixture } from "@ratebook/billing/testing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditCalls } from "./audit/audit-calls.ts";
import { readCall } from "./audit/logged-call.ts";
import { readRecords } from "./audit/read-records.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let folder: string;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  folder = await mkdtemp(join(tmpdir(), "ratebook-audit-"));
  const rates = [
    { meter: "input_tokens", usd: "2.5", per: 1_000_000 },
    { meter: "cache_read_tokens", usd: "0.25", per: 1_000_000 },
    { meter: "output_tokens", usd: "10", per: 1_000_000 },
  ] as const;
  const model = { modality: "language" as const, listed: true, rates: [...rates] };
  await fixture.sell({
    offerings: [
      { ...model, provider: "acme", model: "chat-1" },
      { ...model, provider: "openrouter", model: "acme/chat-1" },
    ],
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await fixture.close();
  await database.drop();
});

const log = async (text: string): Promise<string> => {
  const path = join(folder, "log");
  await writeFile(path, text);
  return path;
};
const now = (): number => fixture.ctx.clock().getTime();
const litellm = (more: object = {}) => ({
  id: "call-1",
  custom_llm_provider: "acme",
  model: "chat-1",
  prompt_tokens: 1200,
  completion_tokens: 350,
  total_tokens: 1550,
  startTime: now() / 1000,
  response_cost: 0.0091,
  ...more,
});

test("a log of LiteLLM is compared by model with the list prices of then, whatever else is in it", async () => {
  const lines = [
    litellm(),
    litellm({ id: "call-2", metadata: { usage_object: usage } }),
    litellm({ id: "call-3", model: "chat-9" }),
    litellm({ id: "call-4", startTime: now() / 1000 - 86_400 }),
    litellm({ id: "call-5", cache_hit: true }),
    litellm({ id: "call-6", prompt_tokens: "many" }),
  ];
  const file = await log(`${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
  const audit = await auditCalls(fixture.ctx, readRecords(file), readCall.litellm, "then");
  expect(audit).toMatchObject({
    records: 6,
    skipped: { "LiteLLM answered it from its own cache": 1 },
    invalid: { count: 1, examples: [{ place: 6, message: expect.stringContaining("prompt_tokens") }] },
  });
  expect(audit.models).toEqual([
    {
      offering: "acme/chat-1",
      calls: 3,
      compared: 2,
      // 2 × 0.0091
      logged: dollars("0.0182"),
      // (1200 × 2.5 + 350 × 10) ÷ 10^6 = 0.0065; with 1000 cached: (200 × 2.5 + 1000 × 0.25 + 3500) ÷ 10^6 = 0.00425
      list: dollars("0.01075"),
      difference: dollars("0.00745"),
      unpriced: 1,
    },
    expect.objectContaining({ offering: "acme/chat-9", calls: 1, compared: 0, unpriced: 1 }),
  ]);
  const today = await auditCalls(fixture.ctx, readRecords(file), readCall.litellm, "now");
  expect(today.models[0]).toMatchObject({ compared: 3, unpriced: 0 });
});

const usage = {
  prompt_tokens: 1200,
  completion_tokens: 350,
  total_tokens: 1550,
  prompt_tokens_details: { cached_tokens: 1000 },
};

test("OpenRouter's generations are read from a list, by their native counts", async () => {
  const generation = {
    model: "acme/chat-1",
    created_at: new Date(now()).toISOString(),
    total_cost: 0.00425,
    native_tokens_prompt: 1200,
    native_tokens_completion: 350,
    native_tokens_cached: 1000,
  };
  const file = await log(JSON.stringify({ data: [generation, { ...generation, is_byok: true }] }));
  const audit = await auditCalls(fixture.ctx, readRecords(file), readCall.openrouter, "then");
  expect(audit.models).toMatchObject([
    { offering: "openrouter/acme/chat-1", compared: 1, difference: dollars("0") },
  ]);
  expect(audit.skipped).toEqual({ "paid by the customer's own key": 1 });
});

test("a file that is no log is refused by its line", async () => {
  const read = async (text: string): Promise<unknown> => {
    const file = await log(text);
    return auditCalls(fixture.ctx, readRecords(file), readCall.litellm, "now");
  };
  await expect(read(`${JSON.stringify(litellm())}\n<html>\n`)).rejects.toThrow(/line 2 is not JSON/);
  await expect(read("[1, 2")).rejects.toThrow(/is not JSON/);
  await expect(read('{"data":[}')).rejects.toThrow(/is not JSON/);
});
