import { existsSync, readFileSync } from "node:fs";
import { type DocumentRate, parsePriceDocument } from "@ratebook/core";
import { describe, expect, test } from "vitest";
import { type JsonValue, parseJsonKeepingDigits } from "./document/digits-json.ts";
import { htmlPlaces } from "./document/html-place.ts";
import { resolveJsonPointer } from "./document/json-pointer.ts";
import { readPrice } from "./document/price-text.ts";
import { textAt } from "./document/text-place.ts";
import { SOURCES } from "./registry.ts";
import type { ParseContext, PriceSource } from "./source.ts";
import { parsedOrThrow } from "./testing/parsed.ts";

/** What every source promises, checked on its hand-written document and, where it has one, on its bundled one. */
describe.each(SOURCES.map((source) => [source.id, source] as const))("%s", async (_id, source) => {
  const samples = await samplesOf(source);

  test("has a document to be checked on", () => {
    expect(samples.length).toBeGreaterThan(0);
  });

  test.each(samples)("$name: the document is valid and names its source", ({ raw, context }) => {
    const { document } = parsedOrThrow(source.parse(raw, context));
    expect(parsePriceDocument(document)).toMatchObject({ ok: true });
    expect(document).toMatchObject({
      source: source.id,
      asOf: context.fetchedAt.toISOString(),
      currency: "USD",
    });
  });

  test.each(samples)("$name: no offering and no alias stands twice", ({ raw, context }) => {
    const { offerings } = parsedOrThrow(source.parse(raw, context)).document;
    const names = offerings.flatMap(({ provider, model, aliases }) =>
      [model, ...aliases].map((name) => `${provider}/${name}`),
    );
    expect(names.length).toBe(new Set(names).size);
  });

  test.each(samples)("$name: the same bytes give the same result", ({ raw, context }) => {
    expect(source.parse(raw, context)).toEqual(source.parse(Uint8Array.from(raw), context));
  });

  test.each(samples)("$name: `where` leads to the number that is printed", ({ raw, context }) => {
    const { offerings } = parsedOrThrow(source.parse(raw, context)).document;
    const printedAt = resolverOf(source, new TextDecoder().decode(raw));
    const strays = offerings
      .flatMap((offering) => offering.rates)
      .filter((rate) => {
        const printed = printedAt(rate);
        // A price per pixel is stored per megapixel: the point moves, the digits stay.
        const read = readPrice(printed, /_pixel$/.test(rate.where ?? "") ? 6 : (MOVED.get(source.id) ?? 0));
        const stored = readPrice(rate.usd);
        return rate.free === true
          ? read.ok || read.error !== "zero"
          : !read.ok || !stored.ok || read.value !== stored.value;
      });
    expect(strays).toEqual([]);
  });

  test.each(samples)("$name: 0 stands only where it is said to be free", ({ raw, context }) => {
    const { offerings } = parsedOrThrow(source.parse(raw, context)).document;
    const rates = offerings.flatMap((offering) => offering.rates);
    expect(rates.filter((rate) => /[1-9]/.test(rate.usd) === (rate.free === true))).toEqual([]);
  });

  test.each(malformed)("%s is a typed failure with its check and a short excerpt", (_name, raw) => {
    const context = { url: "https://x.example", fetchedAt: new Date("2026-11-22T00:00:00Z") };
    const result = source.parse(raw, context);
    if (result.ok) throw new Error("this document must be refused");
    expect(result.error.source).toBe(source.id);
    expect(result.error.check).not.toBe("");
    expect(result.error.message).toMatch(/\.$/);
    expect(result.error.excerpt.length).toBeLessThanOrEqual(200);
  });
});

/** Finds what is printed where a rate says it stands: a JSON value, or in a page the amount that the rate states. */
function resolverOf(source: PriceSource, text: string): (rate: DocumentRate) => JsonValue | undefined {
  if (source.kind === "text") return (rate) => textAt(text, rate.where ?? "") ?? undefined;
  if (source.kind !== "page") {
    const json = parseJsonKeepingDigits(text);
    if (!json.ok) throw new Error(json.error.detail);
    return (rate) => resolveJsonPointer(json.value, rate.where ?? "");
  }
  const placeIn = htmlPlaces(text);
  return (rate) => {
    const printed = placeIn(rate.where ?? "") ?? "";
    if (/free/i.test(printed)) return "0";
    const amounts = (printed.match(/\d[\d,]*(\.\d+)?/g) ?? []).map((amount) => amount.replaceAll(",", ""));
    return amounts.find((amount) => readPrice(amount).ok && sameAmount(amount, rate.usd));
  };
}

function sameAmount(printed: string, stored: string): boolean {
  const [a, b] = [readPrice(printed), readPrice(stored)];
  return a.ok && b.ok && a.value === b.value;
}

/** Sources whose numbers are not dollars: by how many places the point moves. */
const MOVED = new Map([
  // Ten thousandths of a dollar per million tokens.
  ["xai", -4],
  // Credits for a character, a thousand of which are a tenth of a dollar.
  ["elevenlabs", -1],
]);

type Sample = { name: string; raw: Uint8Array; context: ParseContext };

async function samplesOf(source: PriceSource): Promise<Sample[]> {
  const extension = source.kind === "page" ? "html" : source.kind === "text" ? "txt" : "json";
  const fixture = new URL(`sources/${source.id}/fixtures/document.${extension}`, import.meta.url);
  const context = { url: "https://x.example", fetchedAt: new Date("2026-08-01T00:00:00Z") };
  const bundled = await source.bundled?.();
  return [
    ...(existsSync(fixture) ? [{ name: "by hand", raw: readFileSync(fixture), context }] : []),
    ...(bundled === undefined
      ? []
      : [
          {
            name: "bundled",
            raw: bundled.raw,
            context: { url: bundled.url, fetchedAt: bundled.publishedAt },
          },
        ]),
  ];
}

const malformed: [string, string | Uint8Array][] = [
  ["an empty document", ""],
  ["an HTML page", "<!doctype html><html><body>Just a moment…</body></html>"],
  ["a truncated document", '[{"id":"acme","models":[{"id":"x","prices":{"input_mtok":1.'],
  ["plain text", "Too many requests"],
  ["null", "null"],
  ["a number", "42"],
  ["a string", '"prices"'],
  ["bytes that are no text", Uint8Array.of(0x1f, 0x8b, 0x08, 0x00, 0xff)],
  ["an empty list", "[]"],
  ["an empty object", "{}"],
  ["a page with a table of something else", "<html><table><tr><th>Plan</th></tr></table></html>"],
  ["a page cut off", "<!doctype html><html><body><table><tr><th>Model</th><th>Input</th>"],
  ["deep nonsense", '{"data":[[[[[]]]]],"offerings":[null,1,"x"]}'],
];
