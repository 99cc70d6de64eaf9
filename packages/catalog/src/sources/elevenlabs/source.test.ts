import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { offeringNamed, parsedOrThrow, pricesOf } from "../../testing/parsed.ts";
import { elevenlabs } from "./source.ts";

const raw = readFileSync(new URL("fixtures/document.json", import.meta.url));
const context = { url: "https://api.elevenlabs.io/v1/models", fetchedAt: new Date("2026-08-01T00:00:00Z") };
const parsed = parsedOrThrow(elevenlabs.parse(raw, context));

test("a credit for a character is ten cents for a thousand of them, half a credit five", () => {
  expect(pricesOf(parsed, "elevenlabs/eleven_ridge_v2")).toEqual({ tts_character: "0.1 / 1000" });
  expect(pricesOf(parsed, "elevenlabs/eleven_flash_v9")).toEqual({ tts_character: "0.05 / 1000" });
  expect(offeringNamed(parsed, "elevenlabs/eleven_ridge_v2").modality).toBe("tts");
});

test("a discount of the account is no list price; a zero and other models are refused", () => {
  expect(parsed.refused.map(({ kind, offering }) => [kind, offering])).toEqual([
    ["unsupported_condition", "elevenlabs/eleven_bargain_v9"],
    ["zero_price", "elevenlabs/eleven_gift_v9"],
    ["no_price", "elevenlabs/scribe_v9"],
    ["invalid_row", null],
  ]);
});

test("the key has a header of its own", () => {
  expect(elevenlabs.key).toEqual({ env: "ELEVENLABS_API_KEY", header: "xi-api-key", prefix: "" });
});
