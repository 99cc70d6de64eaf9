import { inTransaction } from "@ratebook/db";
import { paymentOrder } from "@ratebook/db/schema";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  dollars,
  expectBooksBalance,
  OPERATOR,
  settledOrder,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { getBalance } from "../usage/get-balance.ts";
import { takeCredits } from "../usage/take-credits.ts";
import { applyOrder } from "./apply-order.ts";
import { previewRefund } from "./preview-refund.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});
afterAll(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

/** 50.00 paid for 50.00 and a bonus of 5.00, in the wallet. */
async function bought(name: string) {
  const { ctx } = fixture;
  const { id: customer, key } = await fixture.customer(name);
  const order = await settledOrder(ctx, { customerId: customer, bonusNanos: dollars("5") });
  await inTransaction(ctx.db, async (tx) => {
    const { applied } = await applyOrder(tx, order, { firmCents: 0n, frozenCents: 0n }, { now: ctx.clock() });
    await tx.update(paymentOrder).set(applied).where(eq(paymentOrder.id, order.id));
  });
  return { orderId: order.id, customer, key };
}

const entries = (customer: string) =>
  database.sql`select count(*)::int as count from ratebook.entry where account_id = ${customer}`;

test("a refund is told before it is made: its own credits, bonus pro rata, and what would be debt", async () => {
  const { orderId, customer } = await bought("told");
  const preview = (amount?: string) =>
    previewRefund(fixture.ctx, OPERATOR, { orderId, ...(amount && { amount: dollars(amount) }) });
  // Two fifths of 50 and of 5.
  expect(await preview("20")).toEqual({
    ok: true,
    value: {
      amount: dollars("20"),
      left: dollars("50"),
      credits: dollars("20"),
      bonus: dollars("2"),
      debt: 0n,
    },
  });
  const taken = await takeCredits(fixture.ctx, OPERATOR, {
    customer,
    amount: dollars("45"),
    reason: "Spent",
    idempotencyKey: "spent of a test",
  });
  expect(taken.ok).toBe(true);
  // The bonus burned first, then 40 of the 50: 10 are left for 20 and 2.
  expect(await preview("20")).toMatchObject({
    ok: true,
    value: { credits: dollars("20"), bonus: dollars("2"), debt: dollars("12") },
  });
  expect(await preview()).toMatchObject({ ok: true, value: { amount: dollars("50"), debt: dollars("45") } });
  expect(await getBalance(fixture.ctx, OPERATOR, { customer })).toMatchObject({
    ok: true,
    value: { balance: dollars("10"), debt: 0n },
  });
  // Two grants and one taking away: looking posted nothing.
  expect((await entries(customer))[0]).toMatchObject({ count: 3 });
});

test("what cannot be refunded is not previewed either, and only an operator looks", async () => {
  const { orderId, key } = await bought("refused");
  for (const [amount, message] of [
    ["50.01", /at most 50/],
    ["0.001", /whole cents/],
  ] as const) {
    expect(await previewRefund(fixture.ctx, OPERATOR, { orderId, amount: dollars(amount) })).toMatchObject({
      ok: false,
      error: { kind: "validation_error", field: "amount", message: expect.stringMatching(message) },
    });
  }
  expect(await previewRefund(fixture.ctx, OPERATOR, { orderId: fixture.ctx.newId() })).toMatchObject({
    ok: false,
    error: { kind: "payment_not_found" },
  });
  expect(await previewRefund(fixture.ctx, key, { orderId })).toMatchObject({
    ok: false,
    error: { kind: "access_denied" },
  });
});
