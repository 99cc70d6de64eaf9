import { placeHold, saveBudget, settleHold, takeOutbox } from "@ratebook/billing";
import { dollars, OPERATOR, usageFixture } from "@ratebook/billing/testing";
import { testDatabase } from "@ratebook/db/testing";
import { expect, test } from "vitest";
import { alertAfter } from "./alert-after.ts";

test("a percentage of a budget that the ledger saw reached is announced to the customer, once", async () => {
  const database = await testDatabase();
  const fixture = await usageFixture(database);
  const { ctx } = fixture;
  const { id, key } = await fixture.customer("acme", "10");
  await saveBudget(ctx, OPERATOR, {
    customer: id,
    subject: "organization",
    period: "month",
    limit: dollars("5"),
  });
  const hold = await placeHold(ctx, key, { amount: dollars("4.5"), idempotencyKey: "h" });
  if (!hold.ok) throw new Error(hold.error.kind);
  await settleHold(ctx, key, {
    holdId: hold.value.holdId,
    outcome: "completed",
    amount: dollars("4.5"),
  });
  const messages = await database.db.transaction((tx) => takeOutbox(tx, 100));
  for (const message of [...messages, ...messages]) await alertAfter(ctx, message);
  const events = await database.sql`select body from ratebook.webhook_event where kind = 'budget.reached'`;
  // 4.5 of 5 is 90 %: the level of 80 is reached.
  expect(events.map(({ body }) => JSON.parse(String(body)).data)).toMatchObject([
    { subject: "organization", name: "acme", percent: 80, limit: "5", spent: "4.5", hard: true },
  ]);
  await fixture.close();
  await database.drop();
});
