import {
  type Actor,
  createCheckout,
  listPacks,
  listPromotions,
  readPurchaseLimits,
  savePack,
  savePromotion,
  savePurchaseLimits,
} from "@ratebook/billing";
import { dollars, expectBooksBalance, OPERATOR } from "@ratebook/billing/testing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GOOD_CARD, type PurchaseFixture, purchaseFixture } from "./testing/purchase-fixture.ts";

let database: TestDatabase;
let shop: PurchaseFixture;

beforeAll(async () => {
  database = await testDatabase();
  shop = await purchaseFixture(database);
});

afterAll(async () => {
  await expectBooksBalance(database.sql);
  await shop.close();
  await database.drop();
});

const inDays = (days: number) => new Date(shop.ctx.clock().getTime() + days * 86_400_000);
const order = async (key: Actor, input: object) => {
  const page = await createCheckout(shop.ctx, key, { amount: dollars("40"), ...input });
  return page.ok ? page.value.order : page.error;
};

test("a code is used between its dates, as often as customer and code may, and given back by a purchase that failed", async () => {
  const { key } = await shop.customer("coded");
  const saved = await savePromotion(shop.ctx, OPERATOR, {
    label: "A quarter on top",
    bonusBps: 2_500,
    minPurchase: dollars("30"),
    startsAt: inDays(1),
    endsAt: inDays(3),
    perCustomerLimit: 1,
    codes: [{ code: "QUARTER", maxUses: 2 }],
  });
  expect(saved.ok).toBe(true);
  const use = (who: Actor, amount = "40") =>
    order(who, { promotionCode: " quarter ", amount: dollars(amount) });
  expect(await use(key)).toMatchObject({ kind: "promotion_unusable", reason: "not_now" });
  shop.prices.advance(2 * 86_400_000);
  expect(await use(key, "29.99")).toMatchObject({ reason: "not_for_this" });
  const first = await use(key);
  expect(first).toMatchObject({ bonus: dollars("10") });
  expect(await use(key)).toMatchObject({ reason: "used_up" });
  // Left without paying: the use comes back.
  const { checkoutId } = first as { checkoutId: string };
  expect((await shop.ctx.rail.expireCheckout(checkoutId)).ok).toBe(true);
  await shop.deliverAll();
  const crowd = await Promise.all([1, 2, 3, 4].map((n) => shop.customer(`crowd ${n}`)));
  const answers = await Promise.all(crowd.map((it) => use(it.key)));
  expect(answers.filter((answer) => "bonus" in answer)).toHaveLength(2);
  expect(await listPromotions(shop.ctx, OPERATOR)).toMatchObject({
    value: [{ uses: 2, codes: [{ code: "QUARTER", maxUses: 2, uses: 2 }] }],
  });
  shop.prices.advance(2 * 86_400_000);
  expect(await use(key)).toMatchObject({ reason: "not_now" });
});

test("a pack sells between its dates with the best running promotion, at what it was quoted", async () => {
  const { id, key } = await shop.customer("packed");
  const pack = {
    slug: "summer",
    name: "Summer",
    description: "For a while",
    price: dollars("50"),
    bonus: dollars("1"),
  };
  const made = await savePack(shop.ctx, OPERATOR, { ...pack, activeFrom: inDays(1), activeUntil: inDays(5) });
  if (!made.ok) throw new Error(made.error.kind);
  const buyIt = () => order(key, { amount: undefined, pack: "summer" });
  expect(await buyIt()).toMatchObject({ kind: "payment_not_found", what: "credit pack" });
  shop.prices.advance(2 * 86_400_000);
  for (const bonusBps of [200, 1_000]) {
    await savePromotion(shop.ctx, OPERATOR, {
      label: `Summer ${bonusBps}`,
      bonusBps,
      packId: made.value.id,
      startsAt: inDays(0),
      endsAt: inDays(1),
    });
  }
  // 1 of the pack's own and a tenth of 50.
  const [listed] = (await listPacks(shop.ctx)).filter(({ slug }) => slug === "summer");
  expect(listed).toMatchObject({
    bonus: dollars("6"),
    promotion: { label: "Summer 1000", endsAt: inDays(1) },
  });
  const quoted = await buyIt();
  expect(quoted).toMatchObject({ amount: dollars("50"), bonus: dollars("6") });
  await savePack(shop.ctx, OPERATOR, { ...pack, price: dollars("60"), active: false });
  const { checkoutId } = quoted as { checkoutId: string };
  await shop.sandbox.controls.pay({ checkoutId, card: GOOD_CARD });
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("56"), debt: 0n });
  expect(await buyIt()).toMatchObject({ kind: "payment_not_found" });
});

test("the least and the most that can be bought are one setting", async () => {
  const { key } = await shop.customer("limited");
  const limits = { min: dollars("5"), max: dollars("80") };
  expect(await savePurchaseLimits(shop.ctx, key, limits)).toMatchObject({ error: { kind: "access_denied" } });
  expect(await savePurchaseLimits(shop.ctx, OPERATOR, { ...limits, min: dollars("0.49") })).toMatchObject({
    error: { field: "min" },
  });
  expect(await savePurchaseLimits(shop.ctx, OPERATOR, { ...limits, max: dollars("4") })).toMatchObject({
    error: { field: "max" },
  });
  expect(await savePurchaseLimits(shop.ctx, OPERATOR, limits)).toEqual({ ok: true, value: limits });
  expect(await readPurchaseLimits(shop.ctx)).toEqual(limits);
  const refusal = { field: "amount", message: "must be between $5.00 and $80.00" };
  expect(await order(key, { amount: dollars("4.99") })).toMatchObject(refusal);
  expect(await order(key, { amount: dollars("80.01") })).toMatchObject(refusal);
  expect(await order(key, { amount: dollars("80") })).toMatchObject({ state: "delivered" });
});
