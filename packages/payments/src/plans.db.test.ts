import {
  type Actor,
  cancelPlan,
  listRecurringGrants,
  type RecurringGrant,
  savePlan,
  subscribeToPlan,
  sweepPayments,
} from "@ratebook/billing";
import { dollars, expectBooksBalance, OPERATOR, spend } from "@ratebook/billing/testing";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { GOOD_CARD, type PurchaseFixture, purchaseFixture } from "./testing/purchase-fixture.ts";

let database: TestDatabase;
let shop: PurchaseFixture;

beforeAll(async () => {
  database = await testDatabase();
  shop = await purchaseFixture(database);
  const saved = await savePlan(shop.ctx, OPERATOR, { ...TEAM, rolloverCap: dollars("5") });
  expect(saved.ok).toBe(true);
});

afterAll(async () => {
  await expectBooksBalance(database.sql);
  await shop.close();
  await database.drop();
});

const TEAM = {
  slug: "team",
  name: "Team",
  description: "Twenty dollars of credits a month",
  price: dollars("15"),
  period: "month" as const,
  included: dollars("20"),
};
const DAY_MS = 86_400_000;

/** Pays the page of the plan; its webhooks are not delivered yet. */
async function subscribe(key: Actor, card = GOOD_CARD): Promise<string> {
  const page = await subscribeToPlan(shop.ctx, key, { plan: "team" });
  if (!page.ok) throw new Error(page.error.kind);
  const paid = await shop.sandbox.controls.pay({ checkoutId: page.value.sessionId, card });
  expect(paid.kind).toBe(card === GOOD_CARD ? "done" : "declined");
  return page.value.sessionId;
}

async function planOf(key: Actor): Promise<RecurringGrant> {
  const listed = await listRecurringGrants(shop.ctx, key, {});
  return must(listed.ok ? listed.value[0] : null, "the customer has a plan");
}

/** Moves time to where the next period has begun, and hears of it. */
async function nextPeriod(key: Actor): Promise<void> {
  const { paidUntil } = await planOf(key);
  const end = must(paidUntil, "it was paid for").getTime();
  shop.prices.advance(end - shop.ctx.clock().getTime() + 1_000);
  await shop.deliverAll();
}

test("a plan that is paid gives its credits once, whatever events come and in whichever order, until its period ends", async () => {
  const { id, key } = await shop.customer("subscribes");
  await subscribe(key);
  await shop.send();
  const events = shop.sent.splice(0).toReversed();
  for (const event of [...events, ...events]) await shop.deliver(event);
  await sweepPayments(shop.ctx);
  expect(await shop.standing(id)).toEqual({ balance: dollars("20"), debt: 0n });
  const [grant] = await database.sql<{ category: string; expiresAt: Date }[]>`
    select category, expires_at as "expiresAt" from ratebook."grant" where account_id = ${id}`;
  expect(grant).toEqual({ category: "promotional", expiresAt: (await planOf(key)).paidUntil });
  // A month, by the calendar.
  expect((await planOf(key)).paidUntil).toEqual(new Date("2026-12-22T00:00:00Z"));
});

test("a renewal gives them again, and what the period before left rolls over up to the plan's cap", async () => {
  const { id, key } = await shop.customer("renews");
  await subscribe(key);
  await shop.deliverAll();
  await spend(shop.ctx, id, "8");
  await nextPeriod(key);
  // 12 were left, of which 5 live on beside the new 20.
  expect(await shop.standing(id)).toEqual({ balance: dollars("25"), debt: 0n });
  await spend(shop.ctx, id, "23");
  await nextPeriod(key);
  // 2 were left, all of them roll over.
  expect(await shop.standing(id)).toEqual({ balance: dollars("22"), debt: 0n });
});

test("a cancelled plan keeps what was paid for until its end, and then gives nothing any more", async () => {
  const { id, key } = await shop.customer("cancels");
  await subscribe(key);
  await shop.deliverAll();
  const { id: grantId, paidUntil } = await planOf(key);
  expect(await cancelPlan(shop.ctx, key, { id: grantId })).toEqual({
    ok: true,
    value: { endsAt: paidUntil },
  });
  expect(await cancelPlan(shop.ctx, key, { id: grantId })).toEqual({
    ok: true,
    value: { endsAt: paidUntil },
  });
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("20"), debt: 0n });
  await nextPeriod(key);
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });
  expect(await planOf(key)).toMatchObject({ active: false, cancelledAt: expect.any(Date) });
  shop.prices.advance(40 * DAY_MS);
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });
  // It may be taken again.
  await subscribe(key);
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: dollars("20"), debt: 0n });
});

test("an invoice heard of after its period gives nothing, and one that nobody here subscribed to neither", async () => {
  const { id, key } = await shop.customer("late");
  await subscribe(key);
  await shop.send();
  const late = shop.sent.splice(0);
  shop.prices.advance(35 * DAY_MS);
  // Only what the old events say: the rail has renewed since, which its own events tell.
  await database.sql`update ratebook.sandbox_object set due_at = null where kind = 'delivery'`;
  await sweepPayments(shop.ctx);
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });
  expect(late.length).toBeGreaterThan(0);
  const stranger = {
    customerId: "cus_nobody",
    subscriptionId: "sub_nobody",
    priceId: "price_1",
    amount: 2000,
  };
  const period = { first: true, periodStart: shop.ctx.clock(), periodEnd: new Date("2030-01-01T00:00:00Z") };
  await shop.sandbox.controls.payInvoice({ ...stranger, ...period });
  await shop.deliverAll();
  const [event] = await database.sql<{ outcome: string }[]>`
    select outcome from ratebook.payment_event where type = 'invoice.paid' and fact ->> 'subscriptionId' = 'sub_nobody'`;
  expect(event?.outcome).toBe("ignored: subscription unknown");
});

test("a paid period is receipted by mail once, and one that cannot be charged is told once", async () => {
  const { id, key } = await shop.customer("is told");
  await shop.ctx.sql`update ratebook.customer set email = 'team@told.example' where id = ${id}`;
  await subscribe(key);
  await shop.send();
  const events = shop.sent.splice(0);
  for (const event of [...events, ...events.toReversed()]) await shop.deliver(event);
  const { paidUntil, subscriptionId } = await planOf(key);
  const end = must(paidUntil, "it was paid for");
  const [rail] = await database.sql<{ railId: string }[]>`
    select rail_id as "railId" from ratebook.rail_customer where customer_id = ${id}`;
  await shop.sandbox.controls.failInvoice({
    customerId: must(rail, "the rail knows the customer").railId,
    subscriptionId: must(subscriptionId, "a plan is a subscription"),
    priceId: "price_1",
    amount: 1500,
    first: false,
    periodStart: end,
    periodEnd: new Date(end.getTime() + 30 * DAY_MS),
  });
  await shop.send();
  const failed = shop.sent.splice(0);
  for (const event of [...failed, ...failed]) await shop.deliver(event);
  const told = new Map(
    shop.mails.filter(({ to }) => to === "team@told.example").map((mail) => [mail.key, mail]),
  );
  expect([...told.values()].map(({ template, subject }) => [template, subject])).toEqual([
    ["plan_paid", "Receipt: $15.00 for Team"],
    ["plan_payment_failed", "The payment for Team failed"],
  ]);
  expect(await shop.standing(id)).toEqual({ balance: dollars("20"), debt: 0n });
});

test("a card that says no subscribes to nothing", async () => {
  const { id, key } = await shop.customer("declined");
  await subscribe(key, "4000000000000002");
  await shop.deliverAll();
  expect(await shop.standing(id)).toEqual({ balance: 0n, debt: 0n });
  expect(await listRecurringGrants(shop.ctx, key, {})).toEqual({ ok: true, value: [] });
});

test("bad input names its field, and nothing is opened", async () => {
  const { key } = await shop.customer("refused");
  const ask = (input: object) => subscribeToPlan(shop.ctx, key, { plan: "team", ...input });
  expect(await ask({ plan: "gold" })).toMatchObject({ error: { kind: "payment_not_found", what: "plan" } });
  expect(await ask({ successUrl: "https://evil.example/" })).toMatchObject({
    error: { field: "success_url" },
  });
  await savePlan(shop.ctx, OPERATOR, { ...TEAM, slug: "old", active: false });
  expect(await ask({ plan: "old" })).toMatchObject({ error: { kind: "payment_not_found" } });
  const member: Actor = {
    kind: "member",
    userId: "u",
    customerId: (await shop.customer("refused")).id,
    role: "member",
  };
  expect(await subscribeToPlan(shop.ctx, member, { plan: "team" })).toMatchObject({
    error: { kind: "access_denied" },
  });
  expect(await savePlan(shop.ctx, key, TEAM)).toMatchObject({ error: { kind: "access_denied" } });
  await subscribe(key);
  await shop.deliverAll();
  expect(await ask({})).toMatchObject({ error: { kind: "validation_error", field: "plan" } });
});
