import { describe, expect, test } from "vitest";
import { type QuotePromise, readQuote, signQuote } from "./quote-token.ts";

const secret = new Uint8Array(32).fill(7);
const promise: QuotePromise = {
  id: "01890000-0000-7000-8000-000000000001",
  customerId: "01890000-0000-7000-8000-000000000002",
  meaningHash: "ab".repeat(32),
  catalogueVersion: 4,
  policyVersion: 1,
  contract: "contract-7",
  volume: { volume: "90000000000" },
  at: new Date("2026-11-22T10:00:00.123Z"),
  expiresAt: new Date("2026-11-22T10:15:00.123Z"),
};

describe("a quote's text", () => {
  test("carries its promise unchanged", () => {
    expect(readQuote(signQuote(promise, secret), secret)).toEqual({ ok: true, value: promise });
  });

  test("is not ours with another secret", () => {
    const text = signQuote(promise, new Uint8Array(32).fill(8));
    expect(readQuote(text, secret)).toMatchObject({ ok: false, error: { reason: "not_ours" } });
  });

  test.each([
    ["", "nothing"],
    ["rbq_", "a prefix alone"],
    ["rbq_e30.", "no signature"],
    ["hello", "other text"],
  ])("is not ours where it is %j (%s)", (text) => {
    expect(readQuote(text, secret)).toMatchObject({ ok: false, error: { kind: "quote_unusable" } });
  });

  test("is not ours once a character of its promise was changed", () => {
    const text = signQuote(promise, secret);
    const changed = text.slice(0, 10) + (text[10] === "A" ? "B" : "A") + text.slice(11);
    expect(readQuote(changed, secret).ok).toBe(false);
  });

  test("cannot be signed with a short secret", () => {
    expect(() => signQuote(promise, new Uint8Array(16))).toThrow("at least 32 bytes");
  });
});
