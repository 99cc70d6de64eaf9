import { must, type Nanos } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { retireOffering } from "../catalog/retire-offering.ts";
import { opId } from "../ledger/op-id.ts";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { getBalance } from "../usage/get-balance.ts";
import { getReceipt } from "../usage/get-receipt.ts";
import { quoteUsage } from "../usage/quote-usage.ts";
import { rateParked } from "../usage/rate-parked.ts";
import { recomputeReceipt } from "../usage/recompute-receipt.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { closeVolumeMonths } from "./close-volume.ts";
import { endContract } from "./end-contract.ts";
import { getOwnTerms } from "./get-own-terms.ts";
import { type SetContractInput, setContract } from "./set-contract.ts";
import { getContractNews } from "./watch-contracts.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let key: Awaited<ReturnType<UsageFixture["customer"]>>["key"];
let customerId: string;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await fixture.sell({ offerings: [model("10")] });
  ({ key, id: customerId } = await fixture.customer("acme-42", "1000"));
});
afterEach(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const DAY_MS = 86_400_000;
const model = (input: string, output = "20") => ({
  ...languageModel("acme", "one", input, output),
  listed: true,
});

const agreed = async (terms: object, more: Partial<SetContractInput> = {}) => {
  const made = await setContract(fixture.ctx, OPERATOR, {
    customer: "acme-42",
    terms,
    note: "signed",
    ...more,
  });
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value;
};

const millions = (count: number) => ({
  offering: "acme/one",
  quantities: { input_tokens: count * 1_000_000 },
});
const use = async (idempotencyKey: string, count: number, more: object = {}) => {
  const debited = await recordUsage(fixture.ctx, key, { ...millions(count), idempotencyKey, ...more });
  if (!debited.ok) throw new Error(JSON.stringify(debited.error));
  return debited.value;
};
const receiptOf = async (id: string) => {
  const receipt = await getReceipt(fixture.ctx, key, { id });
  if (!receipt.ok) throw new Error(receipt.error.kind);
  expect(recomputeReceipt(receipt.value).agrees).toBe(true);
  return receipt.value;
};

const TIERS = {
  discounts: [
    {
      id: "volume",
      by: "spend",
      tiers: [
        { above: "20", discountBps: 1000 },
        { above: "40", discountBps: 1500 },
      ],
    },
  ],
};

describe("a contract whose ground changes", () => {
  test("a fixed price of a retired offering prices nothing: usage is parked, and operators are told", async () => {
    await agreed({
      prices: [
        {
          id: "in",
          match: { provider: "acme", model: "one", meter: "input_tokens" },
          price: { usd: "11", per: 1_000_000 },
        },
      ],
    });
    expect((await use("sold", 1)).amount).toBe(dollars("11"));
    await retireOffering(fixture.ctx, OPERATOR, { offering: "acme/one", retired: true, reason: "gone" });
    fixture.prices.advance(1000);
    const parked = await use("retired", 1);
    expect(parked).toMatchObject({ status: "parked", reason: "unpriced_meter", amount: 0n });
    expect(await getContractNews(fixture.ctx, OPERATOR)).toMatchObject({
      value: [
        {
          kind: "price_of_nothing",
          sentence: "agreed prices name nothing that is sold: in; usage of it waits for a price",
        },
      ],
    });
    expect(await quoteUsage(fixture.ctx, key, millions(1))).toMatchObject({ error: { kind: "unrated" } });
    // Back in service, what was parked is rated at the agreed price, once.
    await retireOffering(fixture.ctx, OPERATOR, { offering: "acme/one", retired: false, reason: "back" });
    fixture.prices.advance(1000);
    const rate = () => rateParked(fixture.ctx, OPERATOR, { dryRun: false, limit: 10 });
    expect(await rate()).toMatchObject({ value: { rated: 1, amount: dollars("11") } });
    expect(await rate()).toMatchObject({ value: { rated: 0 } });
    expect(await getContractNews(fixture.ctx, OPERATOR)).toMatchObject({ value: [] });
  });

  test("tiers changed in mid-month count on from where the month stood, and the close honours both versions", async () => {
    await agreed(TIERS);
    // $36: $16 × 10 % off.
    expect((await use("1", 3)).amount).toBe(dollars("34.4"));
    const better = {
      discounts: [{ id: "volume", by: "spend", tiers: [{ above: "30", discountBps: 1600 }] }],
    };
    fixture.prices.advance(1000);
    await agreed(better, { replaces: 1 });
    // From $36 to $48, all above $30: 16 %.
    expect((await use("2", 1)).amount).toBe(dollars("10.08"));
    const terms = await getOwnTerms(fixture.ctx, key, {});
    expect(terms).toMatchObject({
      value: {
        contracts: [{ contract: "contract-2" }],
        discounts: [{ counting: true, volume: dollars("48"), given: dollars("3.52"), discountBps: 1600 }],
      },
    });
    fixture.prices.advance(13 * DAY_MS);
    // Each event under the version that priced it: nothing is missing.
    expect(await closeVolumeMonths(fixture.ctx)).toEqual({ closed: 1, given: 0n });
  });

  test("another discount in mid-month begins at nothing, and the terms say that the old one counts no longer", async () => {
    await agreed(TIERS);
    await use("1", 3);
    fixture.prices.advance(1000);
    await agreed(
      { discounts: [{ id: "other", by: "spend", tiers: [{ above: "20", discountBps: 500 }] }] },
      { replaces: 1 },
    );
    expect((await use("2", 1)).amount).toBe(dollars("12"));
    expect(await getOwnTerms(fixture.ctx, key, {})).toMatchObject({
      value: {
        discounts: [
          { discount: { id: "other" }, counting: true, volume: dollars("12") },
          { discount: { id: "volume" }, counting: false, volume: dollars("36") },
        ],
      },
    });
  });

  test("what was given back keeps its place in the tiers: later usage is not moved, and the close gives nothing for it", async () => {
    await agreed(TIERS);
    const [a, b] = await Promise.all([use("a", 2), use("b", 2)]);
    await giveBack(must(a, "two were used").id, a.amount);
    await giveBack(must(b, "two were used").id, b.amount);
    expect(await balance()).toBe(dollars("1000"));
    // From $48 to $60 at 15 %, as if nothing had been given back.
    expect((await use("c", 1)).amount).toBe(dollars("10.2"));
    fixture.prices.advance(13 * DAY_MS);
    expect(await closeVolumeMonths(fixture.ctx)).toEqual({ closed: 1, given: 0n });
    expect(await balance()).toBe(dollars("989.8"));
  });

  test("usage of its time that comes after its end is priced by it, and by its month's tiers", async () => {
    const { version } = await agreed(TIERS);
    await use("1", 2);
    const then = fixture.ctx.clock();
    fixture.prices.advance(DAY_MS);
    await endContract(fixture.ctx, OPERATOR, { version, reason: "left" });
    fixture.prices.advance(1000);
    expect((await use("now", 1)).amount).toBe(dollars("12"));
    // From $24 to $36 at 10 %.
    const late = await use("late", 1, { occurredAt: then });
    expect(late.amount).toBe(dollars("10.8"));
    expect((await receiptOf(late.id)).contract).toMatchObject({ contract: "contract-1" });
  });
});

describe("a receipt under a contract tells a sceptic", () => {
  test("why each rule won or did not, which rules were not asked, and which discounts took no part", async () => {
    await agreed({
      prices: [
        { id: "out", match: { model: "o*", meter: "output_tokens" }, price: { usd: "19", per: 1_000_000 } },
      ],
      rules: [{ id: "cheap", match: { provider: "acme" }, percentBps: 500 }],
      discounts: [
        { id: "images", by: "units", match: { meter: "image" }, tiers: [{ above: "0", discountBps: 500 }] },
        ...TIERS.discounts,
        { id: "late", by: "spend", tiers: [{ above: "0", discountBps: 500 }] },
      ],
    });
    const used = await use("1", 1, { quantities: { input_tokens: 1_000_000, output_tokens: 1_000_000 } });
    const { lines, contract } = await receiptOf(used.id);
    expect(lines).toMatchObject([
      {
        meter: "input_tokens",
        amount: dollars("10.5"),
        markup: {
          because: "it is the first rule that matches; it sells at the list price + 5 %",
          passedOver: [{ ruleId: "contract:out", because: "meter is input_tokens, not output_tokens" }],
          notReached: ["infrastructure", "standard"],
        },
      },
      {
        // Agreed at $19, which costs $20.
        meter: "output_tokens",
        amount: dollars("20"),
        markup: {
          because:
            "it is the first rule asked, and it matches; its price came out below what the operator pays, and it does not allow that: the price is that cost",
          passedOver: [],
          notReached: ["contract:cheap", "infrastructure", "standard"],
        },
      },
      {
        kind: "volume",
        // $30.50: $10.50 above $20 at 10 % would be $1.05, and $0.50 is all that lies above cost.
        amount: dollars("-0.5"),
        because:
          "the tiers would take more than 0.5 dollars, which is all that lies above what the operator pays",
      },
    ]);
    expect(contract?.discountsPassedOver).toEqual([
      { id: "images", because: "meter is input_tokens, not image; meter is output_tokens, not image" },
      { id: "late", because: "what it matches is counted by a discount before it, or was nothing" },
    ]);
  });

  test("the sum across a tier boundary, and whether a price lock made the rates", async () => {
    const until = new Date(fixture.ctx.clock().getTime() + 2 * DAY_MS);
    await agreed({
      ...TIERS,
      priceLock: { catalogueVersion: 1, until: until.toISOString(), allowLoss: true },
    });
    fixture.prices.advance(DAY_MS);
    await fixture.sell({ offerings: [model("11")] });
    const locked = await receiptOf((await use("1", 2)).id);
    expect(locked.contract?.priceLock).toEqual({
      catalogueVersion: 1,
      until,
      applied: true,
      because: `the rates are those of catalogue version 1, whatever upstreams did since; it holds until ${until.toISOString()}`,
    });
    expect(locked.lines[1]).toMatchObject({ because: "4 × 10 % = 0.4 dollars, rounded down to nanos" });
    fixture.prices.advance(DAY_MS);
    const after = await receiptOf((await use("2", 2)).id);
    expect(after.contract?.priceLock).toMatchObject({
      applied: false,
      because: `it ended at ${until.toISOString()}, so the rates of the event's own instant apply`,
    });
    // $11 × 1.2 × 2 = $26.40, from $24 to $50.40: $16 at 10 % and $10.40 at 15 %.
    expect(after.lines[1]).toMatchObject({
      amount: dollars("-3.16"),
      because: "16 × 10 % + 10.4 × 15 % = 3.16 dollars, rounded down to nanos",
    });
  });
});

/** Gives a debit back in full, as an operator's correction does. */
async function giveBack(ref: string, amount: Nanos): Promise<void> {
  const posted = await fixture.ctx.ledger.post({
    kind: "grant",
    account: customerId,
    opId: opId("test-correction", ref),
    meaningHash: "0".repeat(64),
    amount,
    category: "purchased",
    contra: "revenue:usage",
    source: "correction",
    ref,
  });
  expect(posted.kind).toBe("done");
}

const balance = async () => {
  const found = await getBalance(fixture.ctx, key, {});
  return found.ok ? found.value.balance : null;
};
