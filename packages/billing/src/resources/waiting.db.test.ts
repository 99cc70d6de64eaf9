import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKeepingMailer } from "../accounts/keep-mail.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { SERVICE, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { acknowledgeIntent } from "./acknowledge-intent.ts";
import { createResource } from "./create-resource.ts";
import { followIntents } from "./follow-intents.ts";
import { listIntents } from "./list-intents.ts";
import { listWaitingDeployments } from "./list-waiting-deployments.ts";
import { readOverdue } from "./read-overdue.ts";
import { reportDeployment } from "./report-deployment.ts";
import { sellInfrastructure } from "./resource-fixture.ts";
import { startResource } from "./start-resource.ts";
import { stopResource } from "./stop-resource.ts";

let database: TestDatabase;
let fixture: UsageFixture;
const MINUTE = 60_000;

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

const waiting = async () => {
  const listed = await listWaitingDeployments(fixture.ctx, OPERATOR, { limit: 10 });
  return must(listed.ok ? listed.value.items : null, "an operator may list them");
};
const told = async (template: string, id: string): Promise<string[]> => {
  const mails = await database.sql<{ text: string }[]>`
    select text from ratebook.mail where template = ${template} and text like ${`%${id}%`} order by created_at`;
  return mails.map(({ text }) => text);
};
const openIntent = async (id: string) => {
  const listed = await listIntents(fixture.ctx, OPERATOR, { open: true, limit: 50 });
  const items = must(listed.ok ? listed.value.items : null, "an operator may list them");
  return must(
    items.find(({ resourceId }) => resourceId === id),
    "it waits",
  );
};
const create = async (name: string, actor = OPERATOR): Promise<{ id: string; customer: string }> => {
  const { id: customer } = await fixture.customer(name, "5");
  const made = await createResource(fixture.ctx, actor, { customer, kind: "container", name });
  return { id: must(made.ok ? made.value.resource.id : null, "it is made"), customer };
};

test("a deployment that the platform took on and never reports alarms operators once, and can be reported by hand", async () => {
  const { ctx } = fixture;
  const { id, customer } = await create("silent");
  await acknowledgeIntent(ctx, SERVICE, { id: (await openIntent(id)).id });
  fixture.prices.advance(29 * MINUTE);
  await followIntents(ctx);
  expect(await waiting()).toEqual([]);
  fixture.prices.advance(31 * MINUTE);
  for (let round = 0; round < 2; round += 1) await followIntents(ctx);
  expect(await waiting()).toMatchObject([{ id, customer: "silent", takenOn: true }]);
  const [mail, ...more] = await told("deployment_unreported", id);
  expect(more).toEqual([]);
  expect(mail).toContain(`PATCH /api/v1/containers/${id}`);
  expect(mail).toContain("https://ratebook.test/infrastructure");
  // After an hour it turns out to have failed: the fee goes back, once.
  for (const returned of [500_000_000n, 0n]) {
    expect(await reportDeployment(ctx, OPERATOR, { id, outcome: "failed" })).toMatchObject({
      value: { creditsReturned: returned },
    });
  }
  const [wallet] = await database.sql<{ balance: bigint }[]>`
    select balance from ratebook.wallet where account_id = ${customer}`;
  // 5 − 0.50 + 0.50
  expect(wallet?.balance).toBe(5_000_000_000n);
  expect(await waiting()).toEqual([]);
});

test("what the platform never took on is told as the intent it is, and is overdue in the list", async () => {
  const { ctx } = fixture;
  const { id } = await create("ignored");
  expect((await openIntent(id)).overdue).toBe(false);
  fixture.prices.advance(30 * MINUTE);
  await followIntents(ctx);
  expect((await openIntent(id)).overdue).toBe(true);
  expect(await waiting()).toMatchObject([{ id, takenOn: false }]);
  expect(await readOverdue(ctx)).toEqual({ intents: 1, deployments: 1 });
  expect(await told("deployment_unreported", id)).toEqual([]);
  const [mail] = await told("resource_intent_unacknowledged", id);
  expect(mail).toContain("The platform has no webhook endpoint that listens.");
  expect(mail).toContain("https://ratebook.test/webhooks");
  await reportDeployment(ctx, OPERATOR, { id, outcome: "deployed" });
  expect(await waiting()).toEqual([]);
  expect(await readOverdue(ctx)).toEqual({ intents: 0, deployments: 0 });
});

test("a start that hangs is told again, though its first deployment was told before", async () => {
  const { ctx } = fixture;
  const { id } = await create("restarted", SERVICE);
  fixture.prices.advance(30 * MINUTE);
  await followIntents(ctx);
  await reportDeployment(ctx, SERVICE, { id, outcome: "deployed" });
  await stopResource(ctx, SERVICE, { id });
  fixture.prices.advance(5 * 60 * MINUTE);
  await startResource(ctx, OPERATOR, { id });
  await acknowledgeIntent(ctx, SERVICE, { id: (await openIntent(id)).id });
  await followIntents(ctx);
  expect(await told("deployment_unreported", id)).toHaveLength(1);
  fixture.prices.advance(30 * MINUTE);
  await followIntents(ctx);
  expect(await told("deployment_unreported", id)).toHaveLength(2);
});

test("customers may not list them", async () => {
  const { key } = await fixture.customer("curious", "1");
  expect(await listWaitingDeployments(fixture.ctx, key, { limit: 10 })).toMatchObject({
    error: { kind: "access_denied" },
  });
});
