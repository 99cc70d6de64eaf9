import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importUpstream, UpstreamMapping } from "@ratebook/billing";
import { dollars, OPERATOR, type UsageFixture, usageFixture } from "@ratebook/billing/testing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anthropicExport } from "./audit/anthropic-export.ts";
import { auditCalls } from "./audit/audit-calls.ts";
import { auditExport } from "./audit/audit-export.ts";
import { readCall } from "./audit/logged-call.ts";
import { mappedExport, mappingFor } from "./audit/mapped-export.ts";
import { openaiExport } from "./audit/openai-export.ts";
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
  const tiered = [
    { meter: "input_tokens", usd: "3", per: 1_000_000 },
    { meter: "input_tokens", usd: "6", per: 1_000_000, when: { total_input_tokens_above: 200_000 } },
    { meter: "output_tokens", usd: "15", per: 1_000_000 },
    { meter: "output_tokens", usd: "22.5", per: 1_000_000, when: { total_input_tokens_above: 200_000 } },
    { meter: "output_tokens", usd: "7.5", per: 1_000_000, when: { service_tier: "batch" } },
  ] as const;
  await fixture.sell({
    offerings: [
      { ...model, provider: "acme", model: "chat-1" },
      { ...model, provider: "openai", model: "chat-1" },
      { ...model, provider: "openrouter", model: "acme/chat-1" },
      {
        ...model,
        provider: "anthropic",
        model: "claude-9-5",
        aliases: ["claude-9-5-20260901"],
        rates: [...tiered],
      },
    ],
  });
  // Days of exports are priced by what was active at their end.
  fixture.prices.advance(24 * 3_600_000);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await fixture.close();
  await database.drop();
});

const log = async (text: string | Buffer): Promise<string> => {
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
    litellm({ id: "call-4", startTime: now() / 1000 - 3 * 86_400 }),
    litellm({ id: "call-5", cache_hit: true }),
    litellm({ id: "call-6", prompt_tokens: "many" }),
  ];
  const file = await log(`${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
  const audit = await auditCalls(fixture.ctx, readRecords(file), readCall.litellm, "then");
  expect(audit).toMatchObject({
    records: 6,
    skipped: { "LiteLLM answered it from its own cache": 1 },
    invalid: {
      count: 1,
      examples: [{ place: "record 6", message: expect.stringContaining("prompt_tokens") }],
    },
  });
  expect(audit.models).toMatchObject([
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
      unpricedLogged: dollars("0.0091"),
    },
    {
      offering: "acme/chat-9",
      calls: 1,
      compared: 0,
      unpriced: 1,
      unpricedLogged: dollars("0.0091"),
      reasons: ["unknown_offering"],
    },
  ]);
  expect(audit.total).toMatchObject({ calls: 4, compared: 2, difference: dollars("0.00745"), unpriced: 2 });
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
  const read = async (text: string | Buffer): Promise<unknown> => {
    const file = await log(text);
    return auditCalls(fixture.ctx, readRecords(file), readCall.litellm, "now");
  };
  await expect(read(`${JSON.stringify(litellm())}\n<html>\n`)).rejects.toThrow(/line 2 is not JSON/);
  await expect(read("[1, 2")).rejects.toThrow(/is not JSON/);
  await expect(read('{"data":[}')).rejects.toThrow(/is not JSON/);
  const latin = Buffer.from(JSON.stringify(litellm({ model: "caf\u00e9" })), "latin1");
  await expect(read(latin)).rejects.toThrow(/is not UTF-8 text/);
});

/** The UTC day on which everything here has a price. */
const today = (): string => fixture.ctx.clock().toISOString().slice(0, 10);
const exported = async (
  documentOf: Parameters<typeof auditExport>[2],
  ...texts: (string | Buffer)[]
): Promise<Awaited<ReturnType<typeof auditExport>>> => {
  const files = await Promise.all(
    texts.map(async (text, at) => {
      const path = join(folder, `export-${at}.csv`);
      await writeFile(path, text);
      return path;
    }),
  );
  return auditExport(fixture.ctx, files, documentOf, "then");
};
const must = <T>(document: T | null): T => {
  if (document === null) throw new Error("the header is of no export");
  return document;
};

test("OpenAI's usage and costs are compared by model and day, at the tier of one request", async () => {
  const usageHeader =
    "start_time,end_time,start_time_iso,end_time_iso,project_id,num_model_requests,user_id,api_key_id,model,batch,input_tokens,output_tokens,input_cached_tokens,input_audio_tokens,output_audio_tokens";
  const second = Math.floor(Date.parse(today()) / 1000);
  const iso = `${today()}T00:00:00+00:00`;
  const used = (model: string, ...counts: (number | string)[]) =>
    `${second},${second + 86_400},${iso},${iso},proj_1,3.0,,,${model},false,${counts.join(",")}`;
  const usage = [
    usageHeader,
    `${second},${second + 86_400},${iso},${iso},,,,,,,,,,,`,
    used("chat-1", 1_000_000, 200_000, 400_000, 0, 0),
    used("chat-1", 500_000, 100_000, "", "", ""),
    used("chat-9", 10, 10, 0, 0, 0),
    used("chat-1", "many", 1, 0, 0, 0),
    used("chat-1", 10, 1, 20, 0, 0),
    used("chat-1", '"1,5"', 1, 0, 0, 0),
    // A comma that nobody quoted moves every number behind it.
    `${used("chat-1", "1,000", 1, 0, 0, 0)}`,
    // A row that was cut off would count as if nothing more had been used.
    used("chat-1", 1_000_000),
  ].join("\n");
  const costs = [
    "start_time,end_time,start_time_iso,end_time_iso,amount_value,amount_currency,line_item,project_id",
    `${second},,,,,,,`,
    `${second},,,,3.5000000000000000,usd,"chat-1, input",`,
    `${second},,,,3.10,usd,"chat-1, output",`,
    `${second},,,,0.25,usd,"web search tool calls",`,
    `${second},,,,0.01,usd,"chat-9, input",`,
    `${second},,,,1,eur,"chat-1, input",`,
    `${second},,,,"0,125",usd,"chat-1, input",`,
    `2026-02-30,,,,1,usd,"chat-1, input",`,
  ].join("\n");
  const audit = await exported((header) => must(openaiExport(header)), usage, costs);
  expect(audit.models).toMatchObject([
    {
      offering: "openai/chat-1",
      compared: 4,
      // 3.50 + 3.10
      logged: dollars("6.6"),
      // (600,000 + 500,000) × 2.5 + 400,000 × 0.25 + 300,000 × 10, ÷ 10^6
      list: dollars("5.85"),
      difference: dollars("0.75"),
    },
    {
      offering: "openai/chat-9",
      compared: 0,
      unpriced: 2,
      unpricedLogged: dollars("0.01"),
      reasons: ["unknown_offering"],
    },
    { offering: "openai/web search tool calls", unexplained: 1, unexplainedLogged: dollars("0.25") },
  ]);
  expect(audit.skipped).toEqual({ "periods without usage": 2 });
  expect(audit.invalid.examples.map(({ message }) => message)).toEqual([
    "input_tokens: “many” is no whole number",
    "input_tokens: its parts are more than the whole",
    "input_tokens: “1,5” is no whole number",
    "has 16 cells, and the header 15",
    "has 11 cells, and the header 15",
    "amount_currency: “eur” is not usd",
    "amount_value: “0,125” is no amount",
    "start_time: “2026-02-30” is no date",
  ]);
});

test("OpenAI's costs with quantities are compared by themselves, and their quantities left alone beside usage", async () => {
  const costs = [
    "start_time,end_time,amount_value,amount_currency,quantity,quantity_unit,line_item",
    `${today()},,2.6,usd,1000000,tokens,"chat-1, input"`,
    `${today()},,0.1,usd,400000,tokens,"chat-1, cached input"`,
    `${today()},,0.3,usd,12,calls,"chat-1, tool calls"`,
    `${today()},,0.1,usd,"1,5",tokens,"chat-1, input"`,
  ].join("\n");
  const alone = await exported((header) => must(openaiExport(header)), costs);
  expect(alone.invalid.examples).toMatchObject([{ message: "quantity: “1,5” is no whole number" }]);
  expect(alone.models).toMatchObject([
    // 1,000,000 × 2.5 + 400,000 × 0.25, ÷ 10^6 = 2.6
    {
      compared: 2,
      logged: dollars("2.7"),
      list: dollars("2.6"),
      unexplained: 1,
      unexplainedLogged: dollars("0.3"),
    },
  ]);
  const usage = `start_time,model,input_tokens,output_tokens\n${today()},chat-1,1000000,0`;
  const both = await exported((header) => must(openaiExport(header)), usage, costs);
  expect(both.models).toMatchObject([{ logged: dollars("3"), list: dollars("2.5") }]);
});

test("Anthropic's usage and costs meet by model, whatever it is called, at the context window each row says", async () => {
  const usage = [
    "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,web_search_count,inference_geo,speed",
    `${today()},claude-9-5-20260901,k,Default,standard,≤ 200k,1000000,0,0,0,100000,0,global,`,
    `${today()},claude-9-5-20260901,k,Default,standard,> 200k,1000000,0,0,0,100000,0,not_available,`,
    `${today()},claude-9-5-20260901,k,Default,batch,≤ 200k,0,0,0,0,100000,0,global,`,
  ].join("\n");
  const costs = [
    "usage_date_utc,model,workspace,api_key,usage_type,context_window,token_type,cost_usd,list_price_usd,cost_type",
    `${today()},Claude 9.5,Default,k,message,≤ 200k,input_no_cache,9.00,9.00,token`,
    `${today()},Claude 9.5,Default,k,message,≤ 200k,output,4.51,4.50,token`,
    `${today()},,Default,k,,,,0.03,0.03,code_execution`,
  ].join("\n");
  const audit = await exported((header) => must(anthropicExport(header)), usage, costs);
  expect(audit.models).toMatchObject([
    {
      offering: "anthropic/claude-9-5",
      logged: dollars("13.51"),
      // 3 + 1.5, then 6 + 2.25, then 0.75
      list: dollars("13.5"),
      difference: dollars("0.01"),
    },
    { offering: "anthropic/code_execution", unexplained: 1, unexplainedLogged: dollars("0.03") },
  ]);
});

test("any export is read by a kept mapping of columns, corrected by words", async () => {
  const csv = `Day,What,Paid,In,Out\n${today()},c1,325,"1,000,000",100000\n${today()},ghost,5,1,1`;
  const kept = await importUpstream(fixture.ctx, OPERATOR, {
    provider: "acme",
    account: "",
    fileName: "acme.csv",
    csv,
    mapping: UpstreamMapping.parse({
      day: "Day",
      model: "What",
      amount: "Paid",
      amountIn: "cents",
      models: { c1: "acme/chat-1" },
    }),
    dryRun: false,
  });
  expect(kept).toMatchObject({ value: { status: "imported" } });
  await expect(mappingFor(fixture.ctx, "acme", { quantities: {} })).rejects.toThrow(/--quantity/);
  await expect(mappingFor(fixture.ctx, "other", { quantities: { x: "y" } })).rejects.toThrow(/--day/);
  const mapping = await mappingFor(fixture.ctx, "acme", {
    quantities: { input_tokens: "In", output_tokens: "Out" },
  });
  const audit = await exported((header) => mappedExport(header, "acme", mapping), csv);
  expect(audit.models).toMatchObject([
    // 1,000,000 × 2.5 + 100,000 × 10, ÷ 10^6 = 3.5 against 3.25
    { offering: "acme/chat-1", logged: dollars("3.25"), list: dollars("3.5"), difference: dollars("-0.25") },
    { offering: "acme/ghost", unpriced: 1, unpricedLogged: dollars("0.05") },
  ]);
  expect(() => mappedExport({ line: 1, cells: ["Day"] }, "acme", mapping)).toThrow(/no column “What”/);
});

test("a file of a million cells is read in a stream", async () => {
  const path = join(folder, "long.csv");
  const row = `${today()},chat-1,1000,100\n`;
  await writeFile(path, `start_time,model,input_tokens,output_tokens\n${row.repeat(250_000)}`);
  const audit = await auditExport(fixture.ctx, [path], (header) => must(openaiExport(header)), "then");
  // 250,000 × (1000 × 2.5 + 100 × 10) ÷ 10^6
  expect(audit).toMatchObject({
    records: 250_000,
    models: [{ compared: 0, unlogged: 250_000, unloggedList: dollars("875") }],
  });
});

test("an export that is empty, no CSV or not there is told by its name", async () => {
  const openai = (header: Parameters<typeof openaiExport>[0]) => must(openaiExport(header));
  await expect(exported(openai, "")).rejects.toThrow(/export-0\.csv is empty/);
  await expect(exported(openai, 'start_time,model,input_tokens,output_tokens\n"')).rejects.toThrow(
    /is no CSV: line 2: a quote is opened/,
  );
  const utf16 = Buffer.from("start_time,model,input_tokens,output_tokens\n", "utf16le");
  await expect(exported(openai, utf16)).rejects.toThrow(/export-0\.csv is not UTF-8 text; save it as UTF-8/);
  await expect(exported(openai, "start_time,model,input_tokens,output_tokens,model\n")).rejects.toThrow(
    /the column “model” is there twice/,
  );
  await expect(auditExport(fixture.ctx, ["/nowhere.csv"], openai, "now")).rejects.toThrow(
    /no file \/nowhere/,
  );
});
