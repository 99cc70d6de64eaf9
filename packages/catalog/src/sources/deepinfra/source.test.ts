import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { deepinfra } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = {
  url: "https://api.deepinfra.com/v1/openai/models",
  fetchedAt: new Date("2026-08-01T00:00:00Z"),
};
const parsed = parsedOrThrow(deepinfra.parse(raw, context));

test("prices are per million tokens, of DeepInfra's own machines", () => {
  expect(pricesOf(parsed, "deepinfra/acme/ridge-2-70b")).toEqual({
    input_tokens: "0.32 / 1000000",
    output_tokens: "0.89 / 1000000",
    cache_read_tokens: "0.08 / 1000000",
  });
  expect(pricesOf(parsed, "deepinfra/acme/embed-large")).toEqual({ input_tokens: "0.01 / 1000000" });
  expect(offeringNamed(parsed, "deepinfra/acme/embed-large").modality).toBe("embedding");
});

test("what has no price, a zero, another key or no id is named", () => {
  expect(parsed.refused.map(({ kind, offering }) => [kind, offering])).toEqual([
    ["no_price", "deepinfra/acme/brush"],
    ["zero_price", "deepinfra/acme/gift"],
    ["zero_price", "deepinfra/acme/gift"],
    ["no_price", "deepinfra/acme/gift"],
    ["no_price", "deepinfra/acme/bare"],
    ["invalid_row", null],
  ]);
  expect(parsed.alerts.map(({ kind, detail }) => `${kind} ${detail.split(":")[0]}`)).toEqual([
    "unknown_price_key per_image_unit",
    "refused_rows no id",
  ]);
});
