import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { openrouter } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = { url: "https://openrouter.ai/api/v1/models", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const read = (document: unknown) => openrouter.parse(JSON.stringify(document), context);
const parsed = parsedOrThrow(openrouter.parse(raw, context));

const one = (pricing: object, id = "acme/one") => read({ data: [{ id, pricing }] });

test("prices per token are kept per token, without the noise of a float somebody printed", () => {
  expect(pricesOf(parsed, "openrouter/acme/ridge-2")).toMatchObject({
    input_tokens: "0.000001 / 1",
    output_tokens: "0.000006 / 1",
    cache_read_tokens: "0.0000001 / 1",
    image_input_tokens: "0.000001 / 1",
    web_search: "0.01 / 1",
  });
});

test("an override is strict, inherits what it leaves out from the base, and leaves other keys alone", () => {
  expect(pricesOf(parsed, "openrouter/acme/ridge-2")).toMatchObject({
    "input_tokens?total_input_tokens_above=128000": "0.000002 / 1",
    "output_tokens?total_input_tokens_above=128000": "0.000006 / 1",
    "cache_read_tokens?total_input_tokens_above=128000": "0.0000002 / 1",
    "input_tokens?total_input_tokens_above=256000": "0.000004 / 1",
    "output_tokens?total_input_tokens_above=256000": "0.000012 / 1",
    // Not 0.0000002: the later entry inherits the base, not the entry before it.
    "cache_read_tokens?total_input_tokens_above=256000": "0.0000001 / 1",
  });
  expect(Object.keys(pricesOf(parsed, "openrouter/acme/ridge-2"))).not.toContain(
    "web_search?total_input_tokens_above=128000",
  );
});

test("a later override with a lower threshold hides an earlier one entirely", () => {
  const overrides = [
    { min_prompt_tokens: 256_000, prompt: "0.000004" },
    { min_prompt_tokens: 128_000, prompt: "0.000002" },
  ];
  const found = parsedOrThrow(one({ prompt: "0.000001", completion: "0.000001", overrides }));
  expect(pricesOf(found, "openrouter/acme/one")).toEqual({
    input_tokens: "0.000001 / 1",
    output_tokens: "0.000001 / 1",
    "input_tokens?total_input_tokens_above=128000": "0.000002 / 1",
  });
});

test("hours wrap midnight, and where hours and size meet the later entry wins", () => {
  expect(pricesOf(parsed, "openrouter/acme/nightowl")).toMatchObject({
    "input_tokens?total_input_tokens_above=100000": "0.000003 / 1",
    'input_tokens?utc_from="22:00"&utc_to="06:00"': "0.0000005 / 1",
    'input_tokens?total_input_tokens_above=100000&utc_from="22:00"&utc_to="06:00"': "0.0000005 / 1",
  });
});

test("an override whose condition no rate can carry is refused alone and raises an alert", () => {
  const where = "#/data/2/pricing/overrides/2";
  expect(parsed.refused).toContainEqual(expect.objectContaining({ kind: "unsupported_condition", where }));
  expect(parsed.alerts).toContainEqual(expect.objectContaining({ kind: "refused_rows", where }));
});

test("only the :free suffix says free; zeros alone are refused", () => {
  const free = offeringNamed(parsed, "openrouter/acme/ridge-2:free");
  expect(free.rates.map(({ meter, usd, free: said }) => [meter, usd, said])).toEqual([
    ["input_tokens", "0", true],
    ["output_tokens", "0", true],
  ]);
  const refused = parsed.refused.filter((row) => row.offering === "openrouter/acme/songbird");
  expect(refused.map((row) => row.kind)).toEqual(["zero_price", "zero_price", "no_price"]);
});

test("-1, moving names, unreadable prices, rows without an id and repetitions are refused with their reasons", () => {
  const reasons = Object.fromEntries(parsed.refused.map((row) => [row.where, row.kind]));
  expect(reasons).toMatchObject({
    "#/data/4": "dynamic_price",
    "#/data/5": "alias",
    "#/data/7/pricing/prompt": "unreadable_price",
    "#/data/8": "invalid_row",
    "#/data/9": "duplicate",
  });
  expect(parsed.document.offerings.map((offering) => offering.model)).toEqual([
    "acme/ridge-2",
    "acme/ridge-2:free",
    "acme/nightowl",
    "acme/brush",
  ]);
});

test("an unknown price key raises an alert and the other prices of the row stand", () => {
  expect(parsed.alerts).toContainEqual({
    kind: "unknown_price_key",
    where: "#/data/6/pricing/hologram",
    detail: "hologram: seen once, at #/data/6/pricing/hologram",
  });
  expect(pricesOf(parsed, "openrouter/acme/brush")).toEqual({
    input_tokens: "0.0000003 / 1",
    output_tokens: "0.0000025 / 1",
    image_output_tokens: "0.00003 / 1",
  });
});

test("an image price far above the prompt's is per image and is refused", () => {
  const where = "#/data/6/pricing/image";
  expect(parsed.refused).toContainEqual(expect.objectContaining({ kind: "ambiguous_unit", where }));
});

test("the dated name and the end of sale are kept; a free variant does not claim the dated name", () => {
  const paid = offeringNamed(parsed, "openrouter/acme/ridge-2");
  expect(paid.aliases).toEqual(["acme/ridge-2-20260601"]);
  expect(paid.deprecatedAt).toBe("2027-03-01T00:00:00Z");
  expect(offeringNamed(parsed, "openrouter/acme/ridge-2:free").aliases).toEqual([]);
  expect(offeringNamed(parsed, "openrouter/acme/brush").modality).toBe("image");
});

test("a recorded answer with its body inside is read like the answer itself", () => {
  const body = { data: [{ id: "acme/one", pricing: { prompt: "0.000001", completion: "0.000002" } }] };
  const found = parsedOrThrow(read({ url: context.url, fetched_at: "2026-08-01", body }));
  expect(offeringNamed(found, "openrouter/acme/one").rates[0]?.where).toBe("#/body/data/0/pricing/prompt");
});

test.each([
  ["no list", { models: [] }, "wrong_shape"],
  ["an empty list", { data: [] }, "no_offerings"],
  ["only bad rows", { data: [1, null, { id: "x" }] }, "no_offerings"],
])("a document with %s is a typed failure", (_name, document, kind) => {
  expect(read(document)).toMatchObject({ ok: false, error: { kind, source: "openrouter" } });
});
