import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  dollars,
  expectBooksBalance,
  languageModel,
  OPERATOR,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { listContractPlans, saveContractPlan } from "./contract-plans.ts";
import { dryRunContract } from "./dry-run-contract.ts";
import { getOwnTerms } from "./get-own-terms.ts";
import { listContracts } from "./list-contracts.ts";
import { setContract } from "./set-contract.ts";
import { simulateContract } from "./simulate-contract.ts";
import { getContractNews } from "./watch-contracts.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let key: Awaited<ReturnType<UsageFixture["customer"]>>["key"];
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await sell("10");
  ({ key } = await fixture.customer("acme-42", "1000"));
});
afterEach(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const sell = (input: string) =>
  fixture.sell({ offerings: [{ ...languageModel("acme", "one", input, "20"), listed: true }] });
const million = { offering: "acme/one", quantities: { input_tokens: 1_000_000 } };
const use = (idempotencyKey: string) => recordUsage(fixture.ctx, key, { ...million, idempotencyKey });
const TERMS = {
  rules: [{ id: "flat", percentBps: 1000 }],
  discounts: [{ id: "v", by: "spend", tiers: [{ above: "11", discountBps: 500 }] }],
};

test("a dry run says to the nano what activation then debits, and writes nothing", async () => {
  await use("1");
  await use("2");
  fixture.prices.advance(1000);
  const run = await dryRunContract(fixture.ctx, OPERATOR, { customer: "acme-42", terms: TERMS, days: 30 });
  // 2 × $12; under the draft 2 × $11, of which $11 lie above the tier: $0.55 off.
  expect(run).toMatchObject({
    value: {
      events: 2,
      changed: 2,
      before: dollars("24"),
      after: dollars("21.45"),
      ownCost: dollars("20"),
      volumeDiscount: dollars("0.55"),
      complete: true,
    },
  });
  const asIs = await dryRunContract(fixture.ctx, OPERATOR, { customer: "acme-42", terms: {}, days: 30 });
  expect(asIs).toMatchObject({ value: { events: 2, changed: 0, difference: 0n } });
  expect(await listContracts(fixture.ctx, OPERATOR, { limit: 10 })).toMatchObject({ value: { items: [] } });
  await setContract(fixture.ctx, OPERATOR, { customer: "acme-42", terms: TERMS, note: "signed" });
  const [first, second] = [await use("3"), await use("4")];
  expect([first, second]).toMatchObject([
    { value: { amount: dollars("11") } },
    { value: { amount: dollars("10.45") } },
  ]);
  expect(await getOwnTerms(fixture.ctx, key, {})).toMatchObject({
    value: {
      contracts: [{ contract: "contract-1", state: "active" }],
      month: "2026-11-01",
      resetsAt: new Date("2026-12-01T00:00:00Z"),
      discounts: [
        {
          discount: { id: "v" },
          counting: true,
          volume: dollars("22"),
          gross: dollars("22"),
          given: dollars("0.55"),
          below: dollars("11"),
          discountBps: 500,
          tiers: [{ above: "11", state: "reached", volume: dollars("11") }],
        },
      ],
    },
  });
});

test("the simulator says what the customer and everybody else would pay, and why", async () => {
  const asked = { customer: "acme-42", ...million };
  expect(await simulateContract(fixture.ctx, OPERATOR, { ...asked, terms: TERMS })).toMatchObject({
    value: {
      amount: dollars("11"),
      standard: dollars("12"),
      rules: [{ meter: "input_tokens", ruleId: "contract:flat", passedOver: [] }],
      volume: [{ tiers: [{ because: "the month had come to 11 dollars, not above 11" }] }],
    },
  });
  expect(await simulateContract(fixture.ctx, OPERATOR, asked)).toMatchObject({
    value: { amount: dollars("12"), contract: null },
  });
  expect(await simulateContract(fixture.ctx, key, asked)).toMatchObject({ error: { kind: "access_denied" } });
});

test("an agreed price that falls under cost, and a lock that ends soon, are told ahead", async () => {
  const until = new Date(fixture.ctx.clock().getTime() + 10 * 86_400_000).toISOString();
  await setContract(fixture.ctx, OPERATOR, {
    customer: "acme-42",
    terms: {
      prices: [
        { id: "in", match: { model: "one", meter: "input_tokens" }, price: { usd: "11", per: 1_000_000 } },
      ],
      priceLock: { catalogueVersion: 1, until, match: { model: "other" }, allowLoss: true },
    },
    note: "signed",
  });
  expect(await getContractNews(fixture.ctx, OPERATOR)).toMatchObject({ value: [{ kind: "lock_ends" }] });
  await sell("12");
  expect(await getContractNews(fixture.ctx, OPERATOR)).toMatchObject({
    value: [{ kind: "under_cost", prices: ["acme/one input_tokens"] }, { kind: "lock_ends" }],
  });
});

test("a plan is kept with its terms, and one that is not well-formed is refused with its field", async () => {
  const plan = { id: "growth", name: "Growth", description: "", terms: TERMS, retired: false };
  expect(await saveContractPlan(fixture.ctx, OPERATOR, plan)).toMatchObject({ ok: true });
  expect(await listContractPlans(fixture.ctx, OPERATOR)).toMatchObject({
    value: [{ id: "growth", terms: { rules: [{ id: "flat" }] } }],
  });
  expect(await saveContractPlan(fixture.ctx, OPERATOR, { ...plan, terms: { rules: 3 } })).toMatchObject({
    error: { field: "terms.rules" },
  });
});

test("a new plan never takes the place of another, also when two are made at once", async () => {
  const plan = { id: "growth", name: "Growth", description: "", terms: TERMS, retired: false, isNew: true };
  const made = await Promise.all([
    saveContractPlan(fixture.ctx, OPERATOR, plan),
    saveContractPlan(fixture.ctx, OPERATOR, { ...plan, name: "Other growth" }),
  ]);
  expect(made.filter(({ ok }) => ok)).toHaveLength(1);
  expect(made.find(({ ok }) => !ok)).toMatchObject({ error: { kind: "validation_error", field: "id" } });
  expect(await saveContractPlan(fixture.ctx, OPERATOR, plan)).toMatchObject({ error: { field: "id" } });
});

test("a contract names only a plan that can be chosen", async () => {
  const asked = { customer: "acme-42", terms: TERMS, note: "signed", plan: "growth" };
  expect(await setContract(fixture.ctx, OPERATOR, asked)).toMatchObject({ error: { field: "plan" } });
  const plan = { id: "growth", name: "Growth", description: "", terms: TERMS };
  await saveContractPlan(fixture.ctx, OPERATOR, { ...plan, retired: true });
  expect(await setContract(fixture.ctx, OPERATOR, asked)).toMatchObject({ error: { field: "plan" } });
  await saveContractPlan(fixture.ctx, OPERATOR, { ...plan, retired: false });
  expect(await setContract(fixture.ctx, OPERATOR, asked)).toMatchObject({ value: { plan: "growth" } });
});
