import {
  getAutoTopUp,
  hasSandboxPurchases,
  listCards,
  purgeSandbox,
  refundOrder,
  saveAutoTopUp,
  sweepPayments,
} from "@ratebook/billing";
import { dollars, expectBooksBalance, OPERATOR } from "@ratebook/billing/testing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PurchaseFixture, purchaseFixture } from "./testing/purchase-fixture.ts";

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

const post = async (account: string, op: { kind: "debit" } | { kind: "hold" }, usd: string) => {
  const base = { account, opId: crypto.randomUUID(), meaningHash: "1".repeat(64), amount: dollars(usd) };
  const outcome = await shop.ctx.ledger.post(
    op.kind === "debit"
      ? { ...base, kind: "debit", mode: "record", contra: "revenue:infrastructure" }
      : { ...base, kind: "hold", ttlSeconds: 3_600 },
  );
  if (outcome.kind !== "done") throw new Error(outcome.kind);
};

const entries = async () =>
  (await database.sql`select account_id, seq, op_id from ratebook.entry order by 1, 2`).length;

test("what is unspent of test purchases goes by postings, what is spent is owed by nobody, holds are waited for", async () => {
  const spender = await shop.customer("spender");
  const holder = await shop.customer("holder");
  const order = await shop.buy(spender.key, "50");
  await shop.buy(holder.key, "30");
  await shop.deliverAll();
  await saveAutoTopUp(shop.ctx, spender.key, { enabled: true });
  await post(spender.id, { kind: "debit" }, "20");
  await post(holder.id, { kind: "hold" }, "10");
  const open = await shop.customer("never paid");
  await shop.buy(open.key, "5");
  const before = await entries();
  expect(await hasSandboxPurchases(shop.ctx)).toBe(true);

  // 30 of the first are unspent, and 20 of the second free of the hold.
  expect(await purgeSandbox(shop.ctx, OPERATOR)).toEqual({
    ok: true,
    value: { purchases: 1, taken: dollars("50"), held: 1 },
  });
  expect(await shop.standing(spender.id)).toEqual({ balance: 0n, debt: 0n });
  expect(await shop.standing(holder.id)).toEqual({ balance: dollars("10"), debt: 0n });
  expect(await entries()).toBe(before + 2);
  expect(await hasSandboxPurchases(shop.ctx)).toBe(true);

  shop.prices.advance(2 * 3_600_000);
  expect(await purgeSandbox(shop.ctx, OPERATOR)).toEqual({
    ok: true,
    value: { purchases: 1, taken: dollars("10"), held: 0 },
  });
  expect(await shop.standing(holder.id)).toEqual({ balance: 0n, debt: 0n });
  expect(await hasSandboxPurchases(shop.ctx)).toBe(false);
  expect(await purgeSandbox(shop.ctx, OPERATOR)).toMatchObject({
    value: { purchases: 0, taken: 0n, held: 0 },
  });

  expect(await getAutoTopUp(shop.ctx, spender.key, {})).toMatchObject({
    value: { enabled: false, state: "off" },
  });
  expect(await listCards(shop.ctx, spender.key, {})).toEqual({ ok: true, value: [] });
  // Whatever comes late, nothing is given back and nothing else is sold.
  shop.sent.splice(0);
  await sweepPayments(shop.ctx);
  expect(await shop.standing(spender.id)).toEqual({ balance: 0n, debt: 0n });
  const refund = { orderId: order.id, reason: "late", idempotencyKey: "after the purge" };
  expect(await refundOrder(shop.ctx, OPERATOR, refund)).toMatchObject({ error: { kind: "not_refundable" } });
});

test("only an operator purges", async () => {
  const { key } = await shop.customer("not allowed");
  expect(await purgeSandbox(shop.ctx, key)).toMatchObject({ ok: false, error: { kind: "access_denied" } });
});
