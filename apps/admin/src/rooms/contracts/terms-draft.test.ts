import { ContractTerms, must } from "@ratebook/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { offeringPattern, readOfferingPattern } from "./offering-pattern.ts";
import { fieldOf, readTermsDraft } from "./read-terms-draft.ts";
import { NEW_PRICE, newDiscount, type TermsDraft, termsDraft } from "./terms-draft.ts";

const FULL = ContractTerms.parse({
  prices: [
    {
      id: "out",
      match: { provider: "openai", model: "gpt-*", meter: "output_tokens" },
      price: { usd: "12.5", per: 1_000_000 },
      allowLoss: true,
    },
    { id: "pictures", match: { modality: "image", meter: "image" }, price: { usd: "0.03", per: 1 } },
  ],
  rules: [
    { id: "fees", match: { provider: "acme" }, percentBps: 500, feePerRequest: "0.01" },
    { id: "mine", percentBps: -1250 },
  ],
  discounts: [
    {
      id: "volume",
      by: "spend",
      tiers: [
        { above: "1000", discountBps: 500 },
        { above: "5000", discountBps: 1025 },
      ],
    },
    {
      id: "calls",
      by: "units",
      match: { model: "one", meter: "request" },
      tiers: [{ above: "0.5", discountBps: 10_000 }],
      allowLoss: true,
    },
  ],
  priceLock: {
    catalogueVersion: 3,
    until: "2027-01-01T00:00:30.000Z",
    match: { provider: "openai" },
    allowLoss: true,
  },
  creditLine: { amount: "500" },
  invoicing: { netDays: 30, purchaseOrder: "PO-7", email: "books@example.com", note: "Quote the order." },
});

const empty = (): TermsDraft => termsDraft(ContractTerms.parse({}));
const issuesOf = (change: Partial<TermsDraft>) => {
  const read = readTermsDraft({ ...empty(), ...change });
  return read.ok ? {} : read.error;
};

describe("terms in a form", () => {
  test("read back as the terms it shows", () => {
    expect(readTermsDraft(termsDraft(FULL))).toEqual({ ok: true, value: FULL });
    expect(readTermsDraft(empty())).toEqual({ ok: true, value: ContractTerms.parse({}) });
  });

  test("a percentage on everything has a field of its own; what says more stays a rule", () => {
    expect(termsDraft(FULL)).toMatchObject({ markup: "-12.5", rules: [{ id: "fees" }] });
    const withLoss = ContractTerms.parse({ rules: [{ id: "a", percentBps: 100, allowLoss: true }] });
    expect(termsDraft(withLoss)).toMatchObject({ markup: "", rules: [{ id: "a" }] });
    expect(readTermsDraft({ ...empty(), markup: "12.5" })).toMatchObject({
      value: { rules: [{ id: "own-markup", percentBps: 1250, match: {} }] },
    });
  });

  test("every whole number of basis points is exact", () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000_000 }), (percentBps) => {
        const terms = ContractTerms.parse({ rules: [{ id: "all", percentBps }] });
        expect(readTermsDraft(termsDraft(terms))).toEqual({ ok: true, value: terms });
      }),
    );
  });

  test("prices nobody named are named after model and meter, each its own", () => {
    const row = { ...NEW_PRICE, pattern: "openai/gpt-5.2", usd: "$1,000.50" };
    const read = readTermsDraft({ ...empty(), prices: [row, row, { ...row, id: "gpt-5.2-input-tokens-2" }] });
    expect(read).toMatchObject({
      value: {
        prices: [
          { id: "gpt-5.2-input-tokens", price: { usd: "1000.50", per: 1_000_000 } },
          { id: "gpt-5.2-input-tokens-3" },
          { id: "gpt-5.2-input-tokens-2" },
        ],
      },
    });
  });
});

describe("a form that is wrong names each field", () => {
  test("the markup", () => {
    expect(issuesOf({ markup: "ten" })).toHaveProperty("markup");
    expect(issuesOf({ markup: "-100.01" })).toEqual({ markup: "Not below −100 %." });
  });

  test("a price", () => {
    expect(issuesOf({ prices: [{ ...NEW_PRICE, pattern: "gpt", meter: "", usd: "", per: "x" }] })).toEqual({
      "prices.0.pattern": "Write provider/model, such as openai/gpt-5.2 or openai/*; * alone is everything.",
      "prices.0.meter": "Is required.",
      "prices.0.usd": 'Must be plain decimal text such as "0.15".',
      "prices.0.per": "Must be a number.",
    });
  });

  test("tiers that do not rise", () => {
    const discount = {
      ...newDiscount([]),
      tiers: [
        { above: "5000", percent: "10" },
        { above: "1,000", percent: "5" },
        { above: "6000", percent: "101" },
      ],
    };
    expect(issuesOf({ discounts: [discount] })).toEqual({
      "discounts.0.tiers.1.above": "Must be above the tier before.",
      "discounts.0.tiers.1.percent": "Must not be less than in the tier before.",
      "discounts.0.tiers.2.percent": "Not above 100 %.",
    });
    expect(
      issuesOf({ discounts: [{ ...discount, by: "units", tiers: [{ above: "0", percent: "-1" }] }] }),
    ).toEqual({
      "discounts.0.meter": "Is needed to count units.",
      "discounts.0.tiers.0.percent": "Not below 0 %.",
    });
  });

  test("a lock, a credit line and invoices", () => {
    const draft = empty();
    expect(
      issuesOf({
        lock: { ...draft.lock, on: true, version: "", until: "" },
        creditLine: { on: true, amount: "0" },
        invoicing: { ...draft.invoicing, on: true, netDays: "181", email: "nobody" },
      }),
    ).toEqual({
      "lock.version": "Must be a number.",
      "lock.until": "Say until when, in UTC.",
      "lock.accepted": "A lock needs this: an upstream increase makes it a loss.",
      "creditLine.amount": "Must be more than 0, with at most 9 decimal places.",
      "invoicing.netDays": "Must be at most 180.",
      "invoicing.email": "Must be an e-mail address.",
    });
  });

  test.each([
    ["rules.1.percentBps", "markup"],
    ["rules.0.match.meter", "rules"],
    ["priceLock.catalogueVersion", "lock.version"],
    ["priceLock.until", "lock.until"],
    ["discounts.0.tiers.1.discountBps", "discounts.0.tiers.1.percent"],
    ["prices.2.match.model", "prices.2.pattern"],
  ])("what the server calls %s is shown at %s", (path, field) => {
    expect(fieldOf(path, termsDraft(FULL))).toBe(field);
  });
});

test("a pattern reads back as what it was written from", () => {
  for (const match of [
    {},
    { provider: "openai" },
    { model: "gpt-*" },
    { provider: "openrouter", model: "openai/gpt-5.2" },
  ]) {
    expect(must(okOf(readOfferingPattern(offeringPattern(match))), "it was just written")).toEqual(match);
  }
  for (const text of ["", "gpt-5.2", "/x", "openai/"]) expect(readOfferingPattern(text).ok).toBe(false);
});

const okOf = <T>(result: { ok: true; value: T } | { ok: false }): T | null =>
  result.ok ? result.value : null;
