import { createUuidV7, type Ledger } from "@ratebook/billing";
import { nanos } from "@ratebook/core";

type Debit = Extract<Parameters<Ledger["post"]>[0], { kind: "debit" }>;

/** The debit every bench posts: a usage event of three pools with its receipt lines. */
export function debitOp(account: string): Debit & { usageEvent: NonNullable<Debit["usageEvent"]> } {
  return {
    kind: "debit",
    account,
    opId: newId(),
    meaningHash: MEANING,
    amount: nanos(AMOUNT),
    mode: "record",
    usageEvent: {
      offering: "acme/ridge-2",
      provider: "acme",
      model: "ridge-2",
      pools: QUANTITIES,
      dimensions: {},
      lines: LINES,
      listCost: nanos(LIST_COST),
      ownCost: nanos(LIST_COST),
      amount: nanos(AMOUNT),
      catalogueVersion: 1,
      policyVersion: 1,
      contract: null,
      agentId: "agent-1",
      appId: null,
      keyId: KEY_ID,
      userId: null,
      billing: "platform",
      state: "rated",
      parkReason: null,
      outcome: null,
      quoteId: null,
      metadata: { trace: "4bf92f3577b34da6" },
      occurredAt: new Date(),
    },
  };
}

export const newId = createUuidV7(() => new Date());

/** What one event used; a caller of the REST door reports the same. */
export const QUANTITIES = { input_tokens: "1200", cache_read_tokens: "800", output_tokens: "350" };

/** What the model costs, in dollars for a million tokens. */
export const PRICES = [
  { meter: "input_tokens", usd: "1.25" },
  { meter: "cache_read_tokens", usd: "0.125" },
  { meter: "output_tokens", usd: "10" },
] as const;

const KEY_ID = "0198c0de-0000-7000-8000-000000000001";

/** Lines as the receipt keeps them: upstream is tokens × price ÷ 10^6 dollars, the amount 20 % more. */
const LINES = [
  // 1200 × $1.25 ÷ 10^6 = $0.0015; 800 × $0.125 ÷ 10^6 = $0.0001; 350 × $10 ÷ 10^6 = $0.0035
  {
    meter: "input_tokens",
    quantity: "1200",
    usd: "1.25",
    perUnit: "3/2000000",
    upstream: "1500000",
    amount: "1800000",
  },
  {
    meter: "cache_read_tokens",
    quantity: "800",
    usd: "0.125",
    perUnit: "3/20000000",
    upstream: "100000",
    amount: "120000",
  },
  {
    meter: "output_tokens",
    quantity: "350",
    usd: "10",
    perUnit: "3/250000",
    upstream: "3500000",
    amount: "4200000",
  },
].map((line, index) => ({
  kind: "usage",
  rateId: `0198c0de-0000-7000-8000-00000000001${index}`,
  per: 1_000_000,
  rule: "default",
  bps: 2000,
  decidedBy: "percent",
  ...line,
}));

/** 1,800,000 + 120,000 + 4,200,000 nanos. */
export const AMOUNT = 6_120_000n;
const LIST_COST = 5_100_000n;

/** A million dollars: no bench comes near it. */
export const GRANTED = 10n ** 15n;

/** What the caller meant; every debit has a key of its own, so it never matters here. */
export const MEANING = "ab".repeat(32);
