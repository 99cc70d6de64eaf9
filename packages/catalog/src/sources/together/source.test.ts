import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { together } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = { url: "https://api.together.xyz/v1/models", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(together.parse(raw, context));

test("prices are per million tokens; training and rent are no usage", () => {
  expect(pricesOf(parsed, "together/acme/Ridge-2-70B")).toEqual({
    input_tokens: "0.88 / 1000000",
    output_tokens: "0.9 / 1000000",
    cache_read_tokens: "0.2 / 1000000",
  });
  expect(pricesOf(parsed, "together/acme/embed")).toEqual({ input_tokens: "0.008 / 1000000" });
  expect(offeringNamed(parsed, "together/acme/embed").modality).toBe("embedding");
});

test("what is not sold by the token, rented, zero or bare is refused with its reason", () => {
  expect(parsed.refused.map(({ kind, offering }) => [kind, offering])).toEqual([
    ["ambiguous_unit", "together/acme/brush"],
    ["ambiguous_unit", "together/acme/rented"],
    ["zero_price", "together/acme/gift"],
    ["zero_price", "together/acme/gift"],
    ["no_price", "together/acme/gift"],
    ["no_price", "together/acme/bare"],
    ["invalid_row", null],
  ]);
  expect(parsed.alerts.map(({ kind, detail }) => `${kind} ${detail.split(":")[0]}`)).toEqual([
    "unknown_price_key hologram",
    "refused_rows no id",
  ]);
});

test("a document with its list under a key is not the answer", () => {
  expect(together.parse('{"data":[]}', context)).toMatchObject({ ok: false, error: { kind: "wrong_shape" } });
});
