import { ProviderName } from "@ratebook/core";
import { expect, test } from "vitest";
import { providerName } from "./provider-name.ts";

test.each([
  ["x-ai", "xai"],
  ["gemini", "google"],
  ["palm", "google"],
  ["vertex_ai", "vertex-ai"],
  ["vertex_ai-language-models", "vertex-ai"],
  ["bedrock_converse", "bedrock"],
  ["azure_text", "azure"],
  ["fireworks_ai-embedding-models", "fireworks"],
  ["huggingface_fireworks-ai", "huggingface-fireworks-ai"],
  ["Some Vendor", "some-vendor"],
  ["openrouter", "openrouter"],
])("%s is called %s", (written, name) => {
  expect(providerName(written)).toBe(name);
  expect(ProviderName.parse(name)).toBe(name);
  expect(providerName(name)).toBe(name);
});
