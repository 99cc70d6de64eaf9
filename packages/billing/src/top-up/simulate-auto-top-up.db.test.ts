import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dollars, expectBooksBalance, spend, type UsageFixture, usageFixture } from "../testing/index.ts";
import { simulateAutoTopUp } from "./simulate-auto-top-up.ts";

let database: TestDatabase;
let fixture: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});

afterAll(async () => {
  await expectBooksBalance(database.sql);
  await fixture.close();
  await database.drop();
});

const rule = { threshold: dollars("10"), amount: dollars("20") };

test("last month is played with what was spent and bought then, debt included, and nothing is changed", async () => {
  const { id, key } = await fixture.customer("past month", "100");
  fixture.prices.advance(40 * DAY_MS);
  // Before the window: 100 − 60 = 40 is what it opens with.
  await spend(fixture.ctx, id, "60");
  fixture.prices.advance(35 * DAY_MS);
  await spend(fixture.ctx, id, "35");
  fixture.prices.advance(DAY_MS);
  await spend(fixture.ctx, id, "25");
  fixture.prices.advance(DAY_MS);
  await fixture.fund(id, "50");
  fixture.prices.advance(DAY_MS);
  const before = await database.sql`select * from ratebook.wallet where account_id = ${id}`;
  const played = await simulateAutoTopUp(fixture.ctx, key, rule);
  // 40 − 35 = 5 → +20 = 25; 25 − 25 = 0 → +20 = 20; + 50 = 70.
  expect(played).toMatchObject({
    ok: true,
    value: {
      opening: dollars("40"),
      charges: [
        { amount: dollars("20"), before: dollars("5"), after: dollars("25") },
        { amount: dollars("20"), before: 0n, after: dollars("20") },
      ],
      total: dollars("40"),
      lowest: 0n,
      stopped: [],
    },
  });
  expect(await database.sql`select * from ratebook.wallet where account_id = ${id}`).toEqual(before);
  expect(await database.sql`select from ratebook.auto_top_up where customer_id = ${id}`).toHaveLength(0);
});

test("a wallet that nothing happened to is judged by what it holds", async () => {
  const { key } = await fixture.customer("idle");
  expect(await simulateAutoTopUp(fixture.ctx, key, rule)).toMatchObject({
    ok: true,
    value: { opening: 0n, charges: [{ amount: dollars("20"), before: 0n }], total: dollars("20") },
  });
});

test("a rule that could not be saved is not played, and a stranger's wallet neither", async () => {
  const { id, key } = await fixture.customer("own");
  expect(await simulateAutoTopUp(fixture.ctx, key, { amount: dollars("5000") })).toMatchObject({
    ok: false,
    error: { kind: "validation_error", field: "amount" },
  });
  const { key: stranger } = await fixture.customer("stranger");
  expect(await simulateAutoTopUp(fixture.ctx, stranger, { customer: id })).toMatchObject({
    ok: false,
    error: { kind: "access_denied" },
  });
});

const DAY_MS = 86_400_000;
