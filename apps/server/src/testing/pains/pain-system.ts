import { type Answer, type BillingDoors, billingDoors } from "@ratebook/api/testing";
import { createSandboxStore } from "@ratebook/billing";
import { expectBooksBalance } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { openShop, type PurchaseFixture } from "@ratebook/payments/testing";

/** Everything a row of the pains is shown on: doors over HTTP, a ledger and a catalogue on PostgreSQL, a shop with cards. */
export type PainSystem = {
  doors: BillingDoors;
  /** The same system's shop: the real rail over the simulator of the payment provider. */
  shop: PurchaseFixture;
  /** The platform's service key. */
  service: string;
  /** Customers whose requests were refused for money, as the server's jobs are told of them. */
  refused: string[];
  usage: (key: string, body: Record<string, unknown>) => Promise<Answer>;
  balance: (key: string) => Promise<Record<string, unknown>>;
  close: () => Promise<void>;
};

/** What a row of the pains runs; it fails where the pain can happen. */
export type Proof = (system: PainSystem) => Promise<void>;

/** Opens the system; `close` proves that its books balance, and drops it. */
export async function openPainSystem(): Promise<PainSystem> {
  const refused: string[] = [];
  let opened: PurchaseFixture | undefined;
  const doors = await billingDoors((fixture, database) => {
    const onRefused = (customerId: string) => void refused.push(customerId);
    const ctx = { ...fixture.ctx, onRefused };
    opened = openShop({ ...fixture, ctx }, createSandboxStore(database));
    return opened.ctx;
  });
  const shop = must(opened, "the doors are equipped with a shop");
  await doors.sell({ offerings: [GPT, CLAUDE, EMBEDDING] });
  return {
    doors,
    shop,
    refused,
    service: await doors.serviceKey(),
    usage: (key, body) => doors.send("POST", "/api/v1/usage", { key, body }),
    balance: async (key) => (await doors.send("GET", "/api/v1/credits/balance", { key })).body,
    close: async () => {
      await expectBooksBalance(doors.database.sql);
      await doors.close();
    },
  };
}

/** 100,000 output tokens: 100,000 × $10/M × 1.2 = $1.20. */
export const DOLLAR_TWENTY = { offering: "openai/gpt-test", quantities: { output_tokens: 100_000 } };

/** How many of the values are this one. */
export const count = <T>(values: readonly T[], of: T): number =>
  values.filter((value) => value === of).length;

/** Containers at so much a day, their deployment at 0.50. */
export const sellContainers = (doors: BillingDoors, usd: string): Promise<void> =>
  doors.sell({
    offerings: (
      [
        ["container", "container_day", usd],
        ["deployment", "container_deployment", "0.50"],
      ] as const
    ).map(([name, meter, price]) => ({
      provider: "ratebook",
      model: name,
      modality: "infrastructure" as const,
      listed: true,
      rates: [{ meter, usd: price, per: 1 }],
    })),
  });

const GPT = {
  provider: "openai",
  model: "gpt-test",
  modality: "language" as const,
  listed: true,
  rates: [
    { meter: "input_tokens", usd: "2", per: 1_000_000 },
    { meter: "cache_read_tokens", usd: "0.5", per: 1_000_000 },
    { meter: "output_tokens", usd: "10", per: 1_000_000 },
    { meter: "web_search", usd: "10", per: 1000 },
  ],
};

const CLAUDE = {
  provider: "anthropic",
  model: "claude-test",
  modality: "language" as const,
  listed: true,
  rates: [
    { meter: "input_tokens", usd: "3", per: 1_000_000 },
    { meter: "cache_read_tokens", usd: "0.3", per: 1_000_000 },
    { meter: "cache_write_tokens", usd: "3.75", per: 1_000_000 },
    { meter: "output_tokens", usd: "15", per: 1_000_000 },
  ],
};

const EMBEDDING = {
  provider: "openai",
  model: "embed-test",
  modality: "embedding" as const,
  listed: true,
  rates: [{ meter: "input_tokens", usd: "0.02", per: 1_000_000 }],
};
