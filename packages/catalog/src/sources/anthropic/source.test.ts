import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { readLabel } from "./model-label.ts";
import { anthropic } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.html", import.meta.url), "utf8");
const context = { url: anthropic.homepage, fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(anthropic.parse(raw, context));
const M = "/ 1000000";
const models = parsed.document.offerings.map(({ model }) => model);

test("columns are found by headings that drift in case, in & and in footnotes", () => {
  const ridge = {
    input_tokens: `5 ${M}`,
    cache_write_tokens: `6.25 ${M}`,
    cache_write_1h_tokens: `10 ${M}`,
    cache_read_tokens: `0.5 ${M}`,
    output_tokens: `25 ${M}`,
  };
  expect(pricesOf(parsed, "anthropic/claude-ridge-9")).toMatchObject(ridge);
  const spelled = raw
    .replace("Base input tokens", "Base Input Tokens")
    .replace("Cache hits and refreshes<sup>1</sup>", "Cache Hits &amp; Refreshes");
  const other = parsedOrThrow(anthropic.parse(spelled, context));
  expect(pricesOf(other, "anthropic/claude-ridge-9")).toMatchObject(ridge);
});

test("columns in another order give the same prices", () => {
  const page = (rows: string) => `<html><table>${rows}</table></html>`;
  const swapped = page(`<tr><th>Model</th><th>Output Tokens</th><th>Cache Hits &amp; Refreshes</th>
    <th>1h Cache Writes</th><th>5m Cache Writes</th><th>Base Input Tokens</th></tr>
    <tr><td>Claude Ridge 9</td><td>$25 / MTok</td><td>$0.50 / MTok</td><td>$10 / MTok</td><td>$6.25 / MTok</td><td>$5 / MTok</td></tr>`);
  expect(pricesOf(parsedOrThrow(anthropic.parse(swapped, context)), "anthropic/claude-ridge-9")).toEqual({
    input_tokens: `5 ${M}`,
    cache_write_tokens: `6.25 ${M}`,
    cache_write_1h_tokens: `10 ${M}`,
    cache_read_tokens: `0.5 ${M}`,
    output_tokens: `25 ${M}`,
  });
});

test("batch and fast mode are conditions; two models in one row are two offerings", () => {
  for (const model of ["claude-ridge-9", "claude-fern-9-5"]) {
    expect(pricesOf(parsed, `anthropic/${model}`)).toMatchObject({
      'input_tokens?mode="fast"': `30 ${M}`,
      'output_tokens?mode="fast"': `150 ${M}`,
    });
  }
  expect(pricesOf(parsed, "anthropic/claude-ridge-9")).toMatchObject({
    'input_tokens?service_tier="batch"': `2.5 ${M}`,
    'output_tokens?service_tier="batch"': `12.5 ${M}`,
  });
});

test("a dated price ends where the next begins; one that is over is left out", () => {
  const inputs = (model: string) =>
    offeringNamed(parsed, `anthropic/${model}`)
      .rates.filter((rate) => rate.meter === "input_tokens")
      .map(({ usd, validFrom, validUntil }) => ({ usd, validFrom, validUntil }));
  expect(inputs("claude-lark-8")).toEqual([
    { usd: "2", validFrom: undefined, validUntil: "2026-09-01T00:00:00Z" },
    { usd: "3", validFrom: "2026-09-01T00:00:00Z", validUntil: undefined },
  ]);
  expect(inputs("claude-moss-7")).toEqual([
    { usd: "2", validFrom: "2026-07-01T00:00:00Z", validUntil: undefined },
  ]);
});

test("Input and Output under a title that is not Fast mode are refused with an alert", () => {
  expect(Object.values(pricesOf(parsed, "anthropic/claude-ridge-9"))).not.toContain(`37.5 ${M}`);
  expect(parsed.alerts).toContainEqual(
    expect.objectContaining({ detail: expect.stringContaining("a table whose headings are not known") }),
  );
  // The table of prompt sizes has no amounts and is passed over.
  expect(
    parsed.alerts.filter(({ detail }) => detail.includes("headings are not known: seen once")).length,
  ).toBe(1);
});

test("names are those of the API, also of models older than its scheme", () => {
  expect(models).toEqual([
    "claude-ridge-9",
    "claude-fern-9-5",
    "claude-moss-7",
    "claude-lark-8",
    "claude-3-7-sonnet-latest",
    "claude-patchy-9",
  ]);
  expect(offeringNamed(parsed, "anthropic/claude-fern-9-5").name).toBe("Claude Fern 9.5");
});

test.each([
  ["Claude Opus 4.6", "claude-opus-4-6"],
  ["Claude Sonnet 4", "claude-sonnet-4-0"],
  ["Claude Haiku 3.5", "claude-3-5-haiku-latest"],
  ["Claude Mythos 5 (limited availability)", "claude-mythos-5"],
])("%s is %s", (text, model) => {
  expect(readLabel(text)).toMatchObject({ models: [{ model }] });
});

test.each([
  "Claude Haiku 3.25",
  "Claude",
  "Claude Opus 5 and Claude Opus 6",
  "Claude Opus 5 / others",
  "Claude Opus 5 through February 30, 2026",
])("%s names no model for sure", (text) => {
  expect(readLabel(text)).toHaveProperty("refused");
});

test("retired models, remarks nobody knows, uneven rows and odd cells are refused one by one", () => {
  const details = parsed.refused.map(({ detail }) => detail);
  expect(details).toContainEqual(expect.stringContaining("no longer sold by its maker"));
  expect(details).toContainEqual(expect.stringContaining("a remark that is not known: Claude Odd 9"));
  expect(details).toContainEqual(expect.stringContaining("a date that is not understood: Claude Vague 9"));
  expect(details).toContainEqual(expect.stringContaining("no model's name: All models"));
  expect(details).toContainEqual(
    expect.stringContaining("another number of cells than headings: Claude Short 9"),
  );
  expect(pricesOf(parsed, "anthropic/claude-patchy-9")).toEqual({
    input_tokens: `3 ${M}`,
    output_tokens: `15 ${M}`,
    web_search: "10 / 1000",
  });
  const patchy = parsed.refused.filter((row) => row.offering === "anthropic/claude-patchy-9");
  expect(patchy.map(({ kind, printed }) => [kind, printed])).toEqual([
    ["not_usd", "3.75 €"],
    ["ambiguous_unit", "$6"],
    ["ambiguous_unit", "$0.30 / MTok or less"],
  ]);
});

test("a batch price is not taken without the usual one, which it would leave without a price", () => {
  const refused = parsed.refused.filter((row) => row.offering === "anthropic/claude-batchonly-9");
  expect(refused.map(({ kind, meter }) => [kind, meter])).toEqual([
    ["unsupported_condition", "input_tokens"],
    ["unsupported_condition", "output_tokens"],
    ["no_price", null],
  ]);
});

test("a search costs the same with every model", () => {
  for (const model of models)
    expect(pricesOf(parsed, `anthropic/${model}`)).toMatchObject({ web_search: "10 / 1000" });
});

test("without the table of base prices the page is not the price page", () => {
  const batchOnly = raw.replace("Base input tokens", "Input from the base");
  expect(anthropic.parse(batchOnly, context)).toMatchObject({ ok: false, error: { kind: "wrong_shape" } });
});
