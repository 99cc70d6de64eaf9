import { poolsFromQuantities } from "@ratebook/core";
import { describe, expect, test } from "vitest";
import { type Meaning, meaningHash } from "./meaning.ts";

const pools = (quantities: Record<string, string | number>) => {
  const read = poolsFromQuantities(quantities);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
};

const meaning: Meaning = {
  operation: "usage",
  customerId: "01890000-0000-7000-8000-000000000001",
  offering: "acme/chat-1",
  pools: pools({ input_tokens: 10, output_tokens: 2 }),
  dimensions: { service_tier: "batch", region: "eu" },
};

describe("what a caller meant", () => {
  test("does not depend on spelling: order, zeros, text or number, platform billing left out", () => {
    const spelled: Meaning = {
      ...meaning,
      pools: pools({ output_tokens: "2.0", image: 0, input_tokens: "10" }),
      dimensions: { region: "eu", service_tier: "batch" },
      billing: "platform",
      quoteId: undefined,
    };
    expect(meaningHash(spelled)).toBe(meaningHash(meaning));
    expect(meaningHash(meaning)).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each<[string, Partial<Meaning>]>([
    ["operation", { operation: "settle" }],
    ["customer", { customerId: "01890000-0000-7000-8000-000000000002" }],
    ["offering", { offering: "acme/chat-2" }],
    ["quantity", { pools: pools({ input_tokens: 11, output_tokens: 2 }) }],
    ["meter", { pools: pools({ input_tokens: 10, reasoning_tokens: 2 }) }],
    ["dimension", { dimensions: { service_tier: "batch" } }],
    ["dimension's value", { dimensions: { service_tier: "flex", region: "eu" } }],
    ["billing", { billing: "byok" }],
    ["quote", { quoteId: "q" }],
    ["hold", { holdId: "q" }],
    ["outcome", { outcome: "timeout" }],
    ["terms", { terms: "60" }],
  ])("differs by %s", (_name, change) => {
    expect(meaningHash({ ...meaning, ...change })).not.toBe(meaningHash(meaning));
  });
});
