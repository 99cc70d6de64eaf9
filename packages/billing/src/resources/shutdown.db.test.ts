import { must, NOTICE_MS } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createKeepingMailer } from "../accounts/keep-mail.ts";
import { createWebhookEndpoint } from "../alerts/create-webhook-endpoint.ts";
import { rollUsage } from "../analytics/roll-usage.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { SERVICE, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { grantCredits } from "../usage/grant-credits.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { acknowledgeIntent } from "./acknowledge-intent.ts";
import { billResourceDays } from "./bill-resource-days.ts";
import { followIntents } from "./follow-intents.ts";
import { getInfrastructure } from "./get-infrastructure.ts";
import { listIntents } from "./list-intents.ts";
import { getResource } from "./list-resources.ts";
import { listInfrastructure } from "./list-shutdowns.ts";
import { relayRises, runContainer, sellInfrastructure } from "./resource-fixture.ts";
import { startResource } from "./start-resource.ts";
import { stopResource } from "./stop-resource.ts";
import { watchRunways } from "./watch-runways.ts";

let database: TestDatabase;
let fixture: UsageFixture;
const HOUR = 3_600_000;
let named = 0;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  fixture.ctx.mailer = createKeepingMailer(fixture.ctx);
  await sellInfrastructure(fixture);
  await database.sql`
    insert into ratebook."user" (id, name, email, email_verified, role, created_at, updated_at)
    values (${fixture.ctx.newId()}, 'Operator', 'operator@platform.test', true, 'operator', now(), now())`;
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await fixture.close();
  await database.drop();
});

let customer: string;
let container: string;

/** A container that began at midnight with credits for so many dollars after its fee. */
async function begin(usd: string): Promise<void> {
  const now = fixture.ctx.clock().getTime();
  fixture.prices.advance((Math.floor(now / 86_400_000) + 1) * 86_400_000 - now);
  named += 1;
  customer = (await fixture.customer(`shutdown ${named}`, usd)).id;
  await database.sql`update ratebook.customer set email = ${`c${named}@customer.test`} where id = ${customer}`;
  container = await runContainer(fixture, customer);
}
const standing = async () => {
  const read = await getInfrastructure(fixture.ctx, OPERATOR, { customer });
  return must(read.ok ? read.value : null, "the customer can be read");
};
const state = async () => {
  const read = await getResource(fixture.ctx, OPERATOR, { id: container });
  const it = must(read.ok ? read.value.resource : null, "the container can be read");
  return { state: it.state, billing: it.billing };
};
const openStops = async () => {
  const read = await listIntents(fixture.ctx, OPERATOR, { open: true, limit: 200 });
  const all = must(read.ok ? read.value.items : null, "the operator may list them");
  return all.filter((it) => it.resourceId === container && it.cause === "credits");
};
/** Lets hours pass, with the jobs of each. */
async function pass(hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    fixture.prices.advance(HOUR);
    await billResourceDays(fixture.ctx);
    await watchRunways(fixture.ctx);
  }
}
const mails = (template: string) => database.sql<{ recipient: string }[]>`
  select recipient from ratebook.mail where template = ${template} and recipient = ${`c${named}@customer.test`}`;

beforeEach(async () => {
  // 0.50 for the fee leaves three days: 2.01 = 3 × 0.67.
  await begin("2.51");
});

test("a warning goes out when the credits last 48 hours, not when they are gone, and once", async () => {
  await pass(23);
  expect(await standing()).toMatchObject({ notice: "active", runwayDays: 2 });
  await pass(1);
  const warned = await standing();
  expect(warned).toMatchObject({ notice: "warned", runwayDays: 2 });
  // Credits are gone exactly 48 hours later.
  expect(warned.stopsAt?.getTime()).toBe(fixture.ctx.clock().getTime() + NOTICE_MS);
  await pass(5);
  expect(await mails("shutdown_warning")).toHaveLength(1);
  expect(await state()).toEqual({ state: "running", billing: "warning" });
});

test("a crash between a day's debit and its being written off neither counts the day twice nor stops anything early", async () => {
  await pass(24 + 24);
  const before = await standing();
  // As the crash left it.
  await database.sql`delete from ratebook.resource_day where resource_id = ${container} and day = (
    select max(day) from ratebook.resource_day where resource_id = ${container})`;
  await database.sql`update ratebook.resource set next_day = next_day - 1 where id = ${container}`;
  expect(await standing()).toMatchObject({ runwayDays: 1, stopsAt: before.stopsAt });
  fixture.prices.advance(HOUR);
  await watchRunways(fixture.ctx);
  expect(await state()).toEqual({ state: "running", billing: "warning" });
  await pass(22);
  expect(await openStops()).toEqual([]);
  await pass(1);
  expect(await openStops()).toHaveLength(1);
});

test("nothing is stopped before both the credits and the 48 hours are gone, and then a stop is carried out, not only noted (eliza#8342)", async () => {
  await pass(24 + 47);
  expect(await openStops()).toEqual([]);
  await pass(1);
  expect(await state()).toEqual({ state: "running", billing: "shutdown_pending" });
  const [stop] = await openStops();
  const intent = must(stop, "the stop is asked for");
  // Billed until the platform has taken it on.
  await pass(2);
  expect(await openStops()).toHaveLength(1);
  expect(await acknowledgeIntent(fixture.ctx, SERVICE, { id: intent.id })).toMatchObject({
    value: { status: "acknowledged", startsAgain: false },
  });
  expect(await acknowledgeIntent(fixture.ctx, SERVICE, { id: intent.id })).toMatchObject({
    value: { status: "replayed" },
  });
  await pass(24);
  expect(await state()).toEqual({ state: "stopped", billing: "suspended" });
  // 3 days, and 2 hours until the acknowledgement: 0.67 × 2/24 of 0.083333333 days
  expect(await standing()).toMatchObject({
    available: 0n,
    debt: 55_833_333n,
    notice: "stopped",
    runwayDays: null,
  });
  expect(await startResource(fixture.ctx, SERVICE, { id: container })).toMatchObject({
    error: { kind: "debt_outstanding" },
  });
});

test("a top-up that lifts the runway ends the notice at once, at any point before the stop", async () => {
  await pass(24 + 30);
  await fixture.fund(customer, "0.10");
  await watchRunways(fixture.ctx);
  // A little is not enough.
  expect(await standing()).toMatchObject({ notice: "warned" });
  await pass(24);
  expect(await openStops()).toHaveLength(1);
  const granted = await grantCredits(fixture.ctx, OPERATOR, {
    customer,
    amount: (await standing()).infrastructureDaily,
    reason: "a day",
    category: "promotional",
    idempotencyKey: `day ${named}`,
  });
  expect(granted.ok).toBe(true);
  // Whoever reads sees at once that a day's credits put the stop off; a moment later it is withdrawn.
  expect(await standing()).toMatchObject({ notice: "warned" });
  await relayRises(fixture);
  expect(await openStops()).toEqual([]);
  expect(await state()).toEqual({ state: "running", billing: "warning" });
  await fixture.fund(customer, "20");
  expect(await standing()).toMatchObject({ notice: "active", stopsAt: null });
  await relayRises(fixture);
  for (const told of ["shutdown_postponed", "shutdown_lifted"]) expect(await mails(told)).toHaveLength(1);
});

test("every step of a shutdown is told once by mail and to the customer's own webhooks", async () => {
  const endpoint = await createWebhookEndpoint(fixture.ctx, OPERATOR, {
    customer,
    url: "https://hooks.customer.test/ratebook",
  });
  expect(endpoint.ok).toBe(true);
  await pass(24);
  const warnedAt = fixture.ctx.clock().getTime();
  await pass(48);
  fixture.prices.advance(60_000);
  await fixture.fund(customer, "0.30");
  await relayRises(fixture);
  await pass(13);
  const [stop] = await openStops();
  fixture.prices.advance(60_000);
  await acknowledgeIntent(fixture.ctx, SERVICE, { id: must(stop, "the stop is asked for again").id });
  await fixture.fund(customer, "20");
  await relayRises(fixture);
  const told = await database.sql<{ kind: string; body: string }[]>`
    select e.kind, e.body from ratebook.webhook_delivery d join ratebook.webhook_event e on e.id = d.event_id
    where e.customer_id = ${customer} and e.kind like 'shutdown.%' order by e.occurred_at`;
  expect(told.map(({ kind }) => kind)).toEqual([
    "shutdown.warned",
    "shutdown.stopping",
    "shutdown.postponed",
    "shutdown.stopping",
    "shutdown.stopped",
  ]);
  expect(JSON.parse(must(told[0], "it was warned").body).data).toEqual({
    available: "1.34",
    debt: "0",
    dailyCost: "0.67",
    running: 1,
    stopsAt: new Date(warnedAt + NOTICE_MS).toISOString(),
  });
  const sent = await database.sql<{ template: string; html: string | null }[]>`
    select template, html from ratebook.mail where recipient = ${`c${named}@customer.test`}`;
  expect(sent.map(({ template }) => template).sort()).toEqual([
    "shutdown_postponed",
    "shutdown_stopped",
    "shutdown_stopping",
    "shutdown_stopping",
    "shutdown_warning",
  ]);
  for (const { html } of sent) expect(html).toContain("billed by the day");
});

test("what is deployed with credits for less than two days is warned of as soon as it runs", async () => {
  await begin("1.17");
  expect(await standing()).toMatchObject({ notice: "warned", runwayDays: 1 });
});

test("a notice that ends because nothing runs any more says so", async () => {
  await pass(24);
  await stopResource(fixture.ctx, SERVICE, { id: container });
  expect(await standing()).toMatchObject({ notice: "active", stopsAt: null });
  const [mail] = await database.sql<{ subject: string }[]>`
    select subject from ratebook.mail where template = 'shutdown_lifted' and recipient = ${`c${named}@customer.test`}`;
  expect(mail?.subject).toBe("No stop is announced any more");
});

test("a stop that was withdrawn and carried out all the same starts the container again", async () => {
  await pass(24 + 48);
  const intent = must((await openStops())[0], "the stop is asked for");
  await fixture.fund(customer, "20");
  await watchRunways(fixture.ctx);
  expect(await openStops()).toEqual([]);
  expect(await acknowledgeIntent(fixture.ctx, SERVICE, { id: intent.id })).toMatchObject({
    value: { startsAgain: true },
  });
  expect(await state()).toEqual({ state: "deploying", billing: "active" });
});

test("a 2xx to the stop's webhook acknowledges it; where nobody answers, operators are told once", async () => {
  await pass(24 + 48);
  const intent = must((await openStops())[0], "the stop is asked for");
  await pass(1);
  await followIntents(fixture.ctx);
  await followIntents(fixture.ctx);
  const told = await database.sql`
    select 1 from ratebook.mail where template = 'resource_intent_unacknowledged' and text like ${`%${intent.id}%`}`;
  expect(told).toHaveLength(1);
  const [event] = await database.sql<{ kind: string; must: boolean }[]>`
    update ratebook.webhook_event set acknowledged_at = ${fixture.ctx.clock()}
    where key = ${`resource-intent:${intent.id}`} returning kind, must_acknowledge as must`;
  expect(event).toEqual({ kind: "resource.stop_requested", must: true });
  await followIntents(fixture.ctx);
  expect(await state()).toEqual({ state: "stopped", billing: "suspended" });
});

test("a mail that fails does not stop the clock, and alarms operators", async () => {
  await pass(24);
  await database.sql`
    update ratebook.mail set state = 'failed', error = 'mailbox unavailable' where recipient = ${`c${named}@customer.test`}`;
  await pass(2);
  const alarms = await database.sql`
    select 1 from ratebook.mail where template = 'shutdown_warning_failed' and text like ${`%c${named}@customer.test%`}`;
  expect(alarms).toHaveLength(1);
  const listed = await listInfrastructure(fixture.ctx, OPERATOR, { limit: 200 });
  const row = listed.ok ? listed.value.items.find(({ customerId }) => customerId === customer) : undefined;
  expect(row).toMatchObject({ mailFailed: true, notice: "warned" });
  await pass(46);
  expect(await openStops()).toHaveLength(1);
});

test("usage shortens the runway as soon as it is rolled up, and a bill of infrastructure is no usage", async () => {
  await begin("21.17"); // 20.67 after the fee of 0.50
  const before = await standing();
  expect(before).toMatchObject({ usageDaily: 0n, infrastructureDaily: 670_000_000n, runwayDays: 30.8 });
  await fixture.sell({
    offerings: [
      {
        provider: "acme",
        model: "chat",
        modality: "language",
        listed: true,
        rates: [{ meter: "input_tokens", usd: "100", per: 1_000_000 }],
      },
    ],
  });
  // 10,000 × 100 ÷ 1,000,000 × 1.2 = 1.20
  const used = await recordUsage(fixture.ctx, SERVICE, {
    customer,
    offering: "acme/chat",
    quantities: { input_tokens: 10_000 },
    idempotencyKey: `runway-${customer}`,
  });
  expect(used).toMatchObject({ ok: true, value: { amount: 1_200_000_000n } });
  const roll = () => rollUsage(fixture.ctx, { entries: 10_000 });
  await roll();
  // 19.47 ÷ (0.67 + 1.20) = 10.4
  expect(await standing()).toMatchObject({ usageDaily: 1_200_000_000n, runwayDays: 10.4 });
  await pass(24);
  await roll();
  // 0.67 was billed for the day; usage is still 1.20 a day. 18.80 ÷ 1.87 = 10.05
  expect(await standing()).toMatchObject({ usageDaily: 1_200_000_000n, runwayDays: 10 });
});

test("a fall faster than forecast is what grace and its debt are for", async () => {
  await pass(1);
  await fixture.ctx.ledger.post({
    kind: "adjustment",
    account: customer,
    opId: fixture.ctx.newId(),
    meaningHash: "1".repeat(64),
    amount: -2_000_000_000n as never,
    contra: "promo",
    source: "spent at once",
  });
  await watchRunways(fixture.ctx);
  expect(await standing()).toMatchObject({ notice: "warned", runwayDays: 0 });
  await pass(47);
  expect(await openStops()).toEqual([]);
  await pass(1);
  expect(await openStops()).toHaveLength(1);
  const { debt } = await standing();
  expect(debt).toBeGreaterThan(0n);
});
