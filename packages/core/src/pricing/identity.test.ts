import { expect, test } from "vitest";
import { canonicalProvider, offeringLookup } from "./identity.ts";

test("spellings of one provider meet, billing routes stay apart", () => {
  expect(canonicalProvider("x-ai")).toBe("xai");
  expect(canonicalProvider("together_ai")).toBe("together");
  expect(canonicalProvider("gemini")).toBe("google");
  expect(canonicalProvider("vertex_ai")).not.toBe(canonicalProvider("gemini"));
  expect(canonicalProvider("acme")).toBe("acme");
});

test("a canonical name is its own canonical name", () => {
  for (const name of ["xai", "together", "google", "vertex-ai", "bedrock", "moonshotai", "zai"]) {
    expect(canonicalProvider(name)).toBe(name);
  }
});

test("a model is found by name, by alias and by another spelling of its provider", () => {
  const lookup = offeringLookup([{ provider: "xai", model: "grok-9", aliases: ["grok-9-2026-01-01"] }]);
  expect(lookup("x-ai", "grok-9")).toBe("xai/grok-9");
  expect(lookup("xai", "grok-9-2026-01-01")).toBe("xai/grok-9");
  expect(lookup("openai", "grok-9")).toBeUndefined();
});

test("a name goes before an alias, and an alias two offerings claim means neither", () => {
  const lookup = offeringLookup([
    { provider: "acme", model: "a", aliases: ["latest", "b"] },
    { provider: "acme", model: "b", aliases: ["latest"] },
  ]);
  expect(lookup("acme", "b")).toBe("acme/b");
  expect(lookup("acme", "latest")).toBeUndefined();
});
