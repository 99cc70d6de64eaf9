import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dollars, expectBooksBalance, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { getBalance } from "./get-balance.ts";
import { grantCredits } from "./grant-credits.ts";
import { placeHold } from "./place-hold.ts";
import { previewAdjustment } from "./preview-adjustment.ts";
import { takeCredits } from "./take-credits.ts";

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

test("credits are taken once a key, in burn order, and the audit log says why", async () => {
  const { id: customer } = await fixture.customer("taken", "10");
  const take = { customer, amount: dollars("4"), reason: "Granted twice", idempotencyKey: "take of a test" };
  for (const status of ["taken", "replayed"]) {
    expect(await takeCredits(fixture.ctx, OPERATOR, take)).toMatchObject({
      ok: true,
      value: { status, balance: dollars("6") },
    });
  }
  expect(await takeCredits(fixture.ctx, OPERATOR, { ...take, amount: dollars("5") })).toMatchObject({
    ok: false,
    error: { kind: "idempotency_conflict" },
  });
  const audit = await database.sql<{ reason: string }[]>`
    select reason from ratebook.audit_entry where action = 'credits.take' and customer_id = ${customer}`;
  expect(audit.map(({ reason }) => reason)).toEqual(["Granted twice"]);
});

test("never more than is available is taken: no hold is touched and no debt is made", async () => {
  const { id: customer, key } = await fixture.customer("held", "10");
  const held = await placeHold(fixture.ctx, key, { amount: dollars("7"), idempotencyKey: "a hold" });
  expect(held.ok).toBe(true);
  const taken = await takeCredits(fixture.ctx, OPERATOR, {
    customer,
    amount: dollars("3.000000001"),
    reason: "Too much",
    idempotencyKey: "take too much",
  });
  expect(taken).toMatchObject({
    ok: false,
    error: { kind: "insufficient_credits", available: dollars("3") },
  });
  expect(
    await takeCredits(fixture.ctx, key, {
      customer,
      amount: dollars("1"),
      reason: "Mine",
      idempotencyKey: "own take",
    }),
  ).toMatchObject({
    ok: false,
    error: { kind: "access_denied" },
  });
});

test("a preview shows balance and burn order before and after, and changes nothing", async () => {
  const { id: customer } = await fixture.customer("previewed", "10");
  const granted = await grantCredits(fixture.ctx, OPERATOR, {
    customer,
    amount: dollars("5"),
    reason: "Welcome",
    category: "promotional",
    idempotencyKey: "welcome preview",
  });
  expect(granted.ok).toBe(true);
  const preview = (amount: string, more: object = {}) =>
    previewAdjustment(fixture.ctx, OPERATOR, { customer, amount: dollars(amount), ...more });
  // Welcome burns first: 5 of it and 2 of the purchase go.
  expect(await preview("-7")).toMatchObject({
    ok: true,
    value: {
      before: { balance: dollars("15"), grants: [{ source: "Welcome" }, { remaining: dollars("10") }] },
      after: {
        balance: dollars("8"),
        debt: 0n,
        grants: [{ source: "test purchase", remaining: dollars("8") }],
      },
    },
  });
  const expiring = { category: "promotional", expiresAt: new Date("2027-01-01T00:00:00Z") };
  expect(await preview("1", expiring)).toMatchObject({
    ok: true,
    value: {
      after: {
        balance: dollars("16"),
        grants: [
          { remaining: dollars("1"), source: "preview" },
          { source: "Welcome" },
          { source: "test purchase" },
        ],
      },
    },
  });
  expect(await preview("-15.1")).toMatchObject({ ok: false, error: { kind: "insufficient_credits" } });
  expect(await getBalance(fixture.ctx, OPERATOR, { customer })).toMatchObject({
    ok: true,
    value: { balance: dollars("15") },
  });
});
