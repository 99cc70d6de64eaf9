import { must, parseDecimal, roundHalfEven } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { getModel } from "../catalog/get-model.ts";
import { listModels } from "../catalog/price-models.ts";
import { summarizePrices } from "../catalog/price-summary.ts";
import type { ShownRate } from "../catalog/priced-rates.ts";
import { retireOffering } from "../catalog/retire-offering.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  SERVICE,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { previewPrice } from "../usage/preview-price.ts";
import { quoteUsage } from "../usage/quote-usage.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { setContract } from "./set-contract.ts";

let database: TestDatabase;
let fixture: UsageFixture;

/** Version 1 sells at these prices; version 2, in force in every test, at dearer ones. */
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  const sell = (input: string, output: string) =>
    fixture.sell({
      offerings: ["one", "other", "gone"].map((model) => ({
        ...languageModel("acme", model, input, output),
        listed: true,
      })),
    });
  await sell("10", "20");
  fixture.prices.advance(86_400_000);
  await sell("12.5", "33");
  await retireOffering(fixture.ctx, OPERATOR, { offering: "acme/gone", retired: true, reason: "no more" });
});
afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const LOCK = { catalogueVersion: 1, until: "2027-06-01T00:00:00Z", allowLoss: true };
const FIXED = {
  id: "out",
  match: { provider: "acme", model: "on*", meter: "output_tokens" },
  price: { usd: "41", per: 1_000_000 },
};
const SPEND = {
  id: "spend",
  by: "spend",
  allowLoss: true,
  tiers: [
    { above: "3", discountBps: 777 },
    { above: "11.5", discountBps: 1850 },
  ],
};
const UNITS = {
  id: "units",
  by: "units",
  match: { meter: "input_tokens" },
  allowLoss: true,
  tiers: [{ above: "250000", discountBps: 333 }],
};

const CONTRACTS: [string, object][] = [
  ["nothing of its own", {}],
  ["a markup", { rules: [{ id: "flat", percentBps: 777 }] }],
  ["a fixed price by pattern", { prices: [FIXED] }],
  ["a fixed price under cost, sold at cost", { prices: [{ ...FIXED, price: { usd: "7", per: 1_000_000 } }] }],
  ["a fixed price with a loss", { prices: [{ ...FIXED, price: { usd: "7", per: 3 }, allowLoss: true }] }],
  ["a fee", { rules: [{ id: "fee", percentBps: 0, feePerRequest: "0.001" }] }],
  ["a price lock", { priceLock: LOCK }],
  ["tiers by spend", { discounts: [SPEND] }],
  ["tiers by units", { discounts: [UNITS] }],
  [
    "all of it",
    {
      prices: [FIXED],
      rules: [{ id: "flat", match: { model: "one" }, percentBps: 1234, feePerRequest: "0.01" }],
      priceLock: LOCK,
      discounts: [UNITS, SPEND],
    },
  ],
];

type Discount = { id: string; by: string; tiers: readonly { above: string; discountBps: number }[] };

/** What the list says a request costs, by hand; moves the month's volumes on. */
function expected(
  rates: readonly ShownRate[],
  discounts: readonly Discount[],
  used: ReadonlyMap<string, bigint>,
  volumes: Map<string, bigint>,
): bigint {
  const lines = [...used].map(([meter, count]) => {
    const rate = must(
      rates.find((it) => it.meter === meter && Object.keys(it.when).length === 0),
      `${meter} is on the list`,
    );
    const { num, den } = parseDecimal(rate.sellUsd);
    return {
      rate,
      count: count * BILLION,
      amount: roundHalfEven({ num: num * count * BILLION, den: den * rate.per }),
    };
  });
  const fees = new Map(lines.map(({ rate }) => [rate.rule, dollars(rate.feePerRequest ?? "0")]));
  let total = lines.reduce((sum, { amount }) => sum + amount, 0n);
  for (const fee of fees.values()) total += fee;
  for (const { id, by, tiers } of discounts) {
    const counted = lines.filter(({ rate }) => rate.volumeDiscount === id);
    const gross = counted.reduce((sum, { amount }) => sum + amount, 0n);
    const volume = by === "spend" ? gross : counted.reduce((sum, { count }) => sum + count, 0n);
    const from = volumes.get(id) ?? 0n;
    let weighted = 0n;
    tiers.forEach(({ above, discountBps }, index) => {
      const next = tiers[index + 1]?.above;
      const [start, stop] = [dollars(above) as bigint, next === undefined ? from + volume : dollars(next)];
      const overlap = min(from + volume, stop) - max(from, start);
      if (overlap > 0n) weighted += overlap * BigInt(discountBps);
    });
    if (volume > 0n) total -= (gross * weighted) / (10_000n * volume);
    volumes.set(id, from + volume);
  }
  return total;
}

describe.each(CONTRACTS)("with %s", (name, terms) => {
  test("what the list says is what a preview, a quote and a debit take, to the nano", async () => {
    const { ctx } = fixture;
    const customer = `parity ${name}`;
    const { key } = await fixture.customer(customer, "100000");
    const made = await setContract(ctx, OPERATOR, { customer, terms, note: "signed" });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    fixture.prices.advance(1);
    const list = await ratesOf(key);
    const { discounts } = made.value.terms;
    const volumes = new Map<string, bigint>();
    let turn = 0;
    const tokens = fc.bigInt({ min: 0n, max: 100_000n });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("one", "other"), tokens, tokens, async (model, input, output) => {
        const used = new Map([
          ["input_tokens", input + 1n],
          ["output_tokens", output + 1n],
        ]);
        const request = {
          offering: `acme/${model}`,
          quantities: Object.fromEntries([...used].map(([meter, count]) => [meter, String(count)])),
        };
        const amount = expected(list.get(`acme/${model}`) ?? [], discounts, used, volumes);
        expect(await previewPrice(ctx, key, request)).toMatchObject({ value: { amount } });
        const quote = await quoteUsage(ctx, key, request);
        expect(quote).toMatchObject({ value: { amount } });
        turn += 1;
        const quoteId = quote.ok && turn % 2 === 0 ? { quoteId: quote.value.quoteId } : {};
        const idempotencyKey = `${name} ${turn}`;
        expect(await recordUsage(ctx, key, { ...request, ...quoteId, idempotencyKey })).toMatchObject({
          value: { amount },
        });
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

describe("a price list", () => {
  const terms = { prices: [FIXED], rules: [{ id: "flat", percentBps: 1000 }], discounts: [SPEND] };

  test("is everybody's without a credential, and a customer's own with its key, each beside the other", async () => {
    const { key } = await contractFor("own", terms);
    const [anyone, own] = [await shown(null), await shown(key)];
    expect(anyone).toMatchObject({ prices: "standard", contract: null });
    expect(anyone.items[0]?.rates[1]).toMatchObject({
      sellUsd: "39.6",
      standardUsd: "39.6",
      volumeDiscount: null,
    });
    expect(own).toMatchObject({
      prices: "contract",
      contract: { priceLock: null, volumeDiscounts: [{ id: "spend" }] },
    });
    // $12.5 × 1.1 against × 1.2; the fixed $41 against $33 × 1.2.
    expect(own.items[0]?.rates).toMatchObject([
      { sellUsd: "13.75", standardUsd: "15", rule: "contract:flat", volumeDiscount: "spend" },
      { sellUsd: "41", standardUsd: "39.6", rule: "contract:out", decidedBy: "price" },
    ]);
    expect(await getModel(fixture.ctx, key, { offering: "acme/one" })).toMatchObject({
      value: { prices: "contract", rates: own.items[0]?.rates },
    });
    const summary = await summarizePrices(fixture.ctx, key);
    // $13.75 for a million input tokens.
    expect(summary).toMatchObject({
      value: { prices: "contract", pricing: { "chat-completions": { range: { max: dollars("0.01375") } } } },
    });
    const standard = await summarizePrices(fixture.ctx, null);
    expect(standard).toMatchObject({
      value: { prices: "standard", pricing: { "chat-completions": { range: { max: dollars("0.015") } } } },
    });
  });

  test("of a customer is shown to nobody else; a service names the customer", async () => {
    await contractFor("named", terms);
    const { key: other } = await fixture.customer("somebody else");
    const asked = { limit: 5, customer: "named" };
    expect(await listModels(fixture.ctx, other, asked)).toMatchObject({ error: { kind: "access_denied" } });
    expect(await listModels(fixture.ctx, null, asked)).toMatchObject({ error: { kind: "access_denied" } });
    expect(await getModel(fixture.ctx, other, { offering: "acme/one", customer: "named" })).toMatchObject({
      error: { kind: "access_denied" },
    });
    expect(await shown(other)).toMatchObject({ prices: "standard" });
    expect(await shown(SERVICE)).toMatchObject({ prices: "standard" });
    expect(await listModels(fixture.ctx, SERVICE, asked)).toMatchObject({ value: { prices: "contract" } });
    expect(await listModels(fixture.ctx, OPERATOR, asked)).toMatchObject({ value: { prices: "contract" } });
  });

  test("keeps what a price lock keeps sold, also where nobody else is sold it any more", async () => {
    const { key } = await contractFor("locked", { priceLock: LOCK });
    expect((await shown(null)).items.map(({ offering }) => offering)).toEqual(["acme/one", "acme/other"]);
    const { items, total } = await shown(key);
    expect(total).toBe(3);
    expect(items.map(({ offering }) => offering)).toEqual(["acme/gone", "acme/one", "acme/other"]);
    // $10 × 1.2 of version 1; everybody pays $12.5 × 1.2 for the other, and nobody is sold the one that is gone.
    expect(items[0]).toMatchObject({
      priceLock: { catalogueVersion: 1 },
      rates: [{ sellUsd: "12", standardUsd: null }, {}],
    });
    expect(items[1]).toMatchObject({ rates: [{ sellUsd: "12", standardUsd: "15" }, {}] });
    const million = { offering: "acme/gone", quantities: { input_tokens: 1_000_000 } };
    expect(await recordUsage(fixture.ctx, key, { ...million, idempotencyKey: "gone" })).toMatchObject({
      value: { status: "debited", amount: dollars("12") },
    });
  });

  test("of an instant is that of the contract that held then", async () => {
    const { key } = await contractFor("since", terms);
    const before = new Date(fixture.ctx.clock().getTime() - 3_600_000);
    expect(await getModel(fixture.ctx, key, { offering: "acme/one", at: before })).toMatchObject({
      value: { prices: "standard", catalogueVersion: 1, rates: [{ sellUsd: "12" }, {}] },
    });
  });
});

async function contractFor(customer: string, terms: object) {
  const made = await fixture.customer(customer, "1000");
  const set = await setContract(fixture.ctx, OPERATOR, { customer, terms, note: "signed" });
  if (!set.ok) throw new Error(JSON.stringify(set.error));
  fixture.prices.advance(1);
  return made;
}

async function shown(actor: Actor | null) {
  const list = await listModels(fixture.ctx, actor, { limit: 10 });
  if (!list.ok) throw new Error(list.error.kind);
  return list.value;
}

const ratesOf = async (actor: Actor) =>
  new Map((await shown(actor)).items.map(({ offering, rates }) => [offering, rates]));

const BILLION = 1_000_000_000n;
const min = (a: bigint, b: bigint) => (a < b ? a : b);
const max = (a: bigint, b: bigint) => (a > b ? a : b);
