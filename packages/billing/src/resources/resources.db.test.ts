import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { setListed } from "../catalog/set-listed.ts";
import { createLedger } from "../ledger/create-ledger.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { dollars, SERVICE, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { getBalance } from "../usage/get-balance.ts";
import { getReceipt } from "../usage/get-receipt.ts";
import { rateParked } from "../usage/rate-parked.ts";
import { billResourceDays } from "./bill-resource-days.ts";
import { createResource } from "./create-resource.ts";
import { deleteResource } from "./delete-resource.ts";
import { getInfrastructure } from "./get-infrastructure.ts";
import { getResource, listResources } from "./list-resources.ts";
import { recordSamples } from "./record-samples.ts";
import { reportDeployment } from "./report-deployment.ts";
import { runContainer, sellInfrastructure } from "./resource-fixture.ts";
import { scaleResource } from "./scale-resource.ts";
import { startResource } from "./start-resource.ts";
import { stopResource } from "./stop-resource.ts";

let database: TestDatabase;
let fixture: UsageFixture;
const HOUR = 3_600_000;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await sellInfrastructure(fixture);
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await fixture.close();
  await database.drop();
});

const available = async (customer: string): Promise<bigint> => {
  const balance = await getBalance(fixture.ctx, OPERATOR, { customer });
  return must(balance.ok ? balance.value.available : null, "the customer has a wallet");
};
const daysOf = async (id: string) => {
  const found = await getResource(fixture.ctx, OPERATOR, { id });
  if (!found.ok) throw new Error(found.error.kind);
  return found.value.days.map(({ day, amount }) => ({ day, amount })).reverse();
};
/** Moves the clock to the next midnight, and some hours beyond. */
const toMidnight = (plusHours = 0): void => {
  const now = fixture.ctx.clock().getTime();
  fixture.prices.advance((Math.floor(now / 86_400_000) + 1) * 86_400_000 - now + plusHours * HOUR);
};

test("a deployment costs its fee once a key, and gives it back when it fails", async () => {
  const { ctx } = fixture;
  const { id, key } = await fixture.customer("fees", "2");
  const input = { kind: "container", name: "web", idempotencyKey: "first" };
  const made = await createResource(ctx, key, input);
  const again = await createResource(ctx, key, input);
  expect(made).toMatchObject({ value: { status: "created", creditsDeducted: dollars("0.5") } });
  expect(again).toMatchObject({ value: { status: "replayed", creditsDeducted: dollars("0.5") } });
  const resourceId = must(made.ok ? made.value.resource.id : null, "it was made");
  expect(again.ok && again.value.resource.id).toBe(resourceId);
  // 2.00 − 0.50
  expect(await available(id)).toBe(1_500_000_000n);
  expect(await createResource(ctx, key, { ...input, name: "other" })).toMatchObject({
    error: { kind: "idempotency_conflict" },
  });
  expect(await reportDeployment(ctx, key, { id: resourceId, outcome: "failed" })).toMatchObject({
    error: { kind: "access_denied" },
  });
  for (const returned of ["0.5", "0"]) {
    expect(await reportDeployment(ctx, SERVICE, { id: resourceId, outcome: "failed" })).toMatchObject({
      value: { creditsReturned: dollars(returned), resource: { state: "failed", billing: "archived" } },
    });
  }
  expect(await available(id)).toBe(2_000_000_000n);
});

test("without credits for the fee nothing is deployed and nothing is written", async () => {
  const { id, key } = await fixture.customer("poor", "0.49");
  const refused = await createResource(fixture.ctx, key, { kind: "container", name: "web" });
  expect(refused).toMatchObject({ error: { kind: "insufficient_credits", required: dollars("0.5") } });
  const listed = await listResources(fixture.ctx, key, { limit: 10 });
  expect(listed.ok && listed.value.items).toEqual([]);
  expect(await available(id)).toBe(490_000_000n);
});

test("each day is billed once, in order, however late and often and on however many servers (eliza#8273)", async () => {
  const { ctx } = fixture;
  toMidnight();
  const { id } = await fixture.customer("daily", "100");
  // Runs from 06:00: 18 of 24 hours.
  fixture.prices.advance(6 * HOUR);
  const container = await runContainer(fixture, id);
  toMidnight();
  expect(await billResourceDays(ctx, { ids: [container] })).toMatchObject({ billed: 1 });
  expect(await billResourceDays(ctx, { ids: [container] })).toMatchObject({ billed: 0 });
  // Three days that nobody billed, then two servers at once.
  toMidnight();
  toMidnight();
  toMidnight(5);
  const ledger = createLedger({ sql: database.sql, clock: ctx.clock });
  const other = { ...ctx, ledger };
  for (let round = 0; round < 4; round += 1) {
    await Promise.all([ctx, other].map((server) => billResourceDays(server, { ids: [container] })));
  }
  await ledger.close();
  const days = await daysOf(container);
  // 0.67 × 18/24 = 0.5025, then three whole days
  expect(days.map(({ amount }) => amount)).toEqual([502_500_000n, 670_000_000n, 670_000_000n, 670_000_000n]);
  expect(new Set(days.map(({ day }) => day)).size).toBe(4);
  // 100 − 0.50 − 0.5025 − 3 × 0.67
  expect(await available(id)).toBe(96_987_500_000n);
  // A clock that is set back two days finds nothing to bill.
  fixture.prices.advance(-48 * HOUR);
  expect(await billResourceDays(ctx, { ids: [container] })).toMatchObject({ billed: 0, idle: 0 });
  await stopResource(ctx, SERVICE, { id: container });
  fixture.prices.advance(48 * HOUR);
  await billResourceDays(ctx, { ids: [container] });
  expect((await daysOf(container)).length).toBe(4);
});

test("a price change in the middle of a day bills each part at its own rate, with a receipt of both", async () => {
  const { ctx } = fixture;
  toMidnight();
  const { id } = await fixture.customer("repriced", "100");
  const container = await runContainer(fixture, id);
  fixture.prices.advance(8 * HOUR);
  await sellInfrastructure(fixture, { container: "0.90" });
  toMidnight(1);
  await billResourceDays(ctx, { ids: [container] });
  // 0.67 × 8/24, of a quantity of 0.333333333, and 0.90 × 16/24, of 0.666666667
  expect((await daysOf(container)).map(({ amount }) => amount)).toEqual([223_333_333n + 600_000_000n]);
  const found = await getResource(ctx, OPERATOR, { id: container });
  const receiptId = must(found.ok ? found.value.days[0]?.receiptId : null, "the day has a receipt");
  const receipt = await getReceipt(ctx, OPERATOR, { id: receiptId, customer: id });
  expect(receipt).toMatchObject({
    value: {
      pools: { container_day: "1" },
      entry: { contra: "revenue:infrastructure" },
      lines: [{ rate: { usd: "0.67" } }, { rate: { usd: "0.9" } }],
    },
  });
  await sellInfrastructure(fixture);
});

test("scaling bills each size for its time, and deletion writes the final bill", async () => {
  const { ctx } = fixture;
  toMidnight();
  const { id } = await fixture.customer("scaled", "100");
  const container = await runContainer(fixture, id, { cpu: 512, memoryMb: 1024 });
  fixture.prices.advance(6 * HOUR);
  expect(await scaleResource(ctx, SERVICE, { id: container, memoryMb: 3584, instances: 2 })).toMatchObject({
    // 2 × 3584 ÷ 1792 × 0.67
    value: { dailyCost: dollars("2.68"), memoryMb: 3584, instances: 2 },
  });
  fixture.prices.advance(3 * HOUR);
  const deleted = await deleteResource(ctx, SERVICE, { id: container });
  // 6/24 + 4 × 3/24 = 0.75 days
  expect(deleted).toMatchObject({
    value: { finalBill: dollars("0.5025"), resource: { billing: "archived" } },
  });
  expect(await deleteResource(ctx, SERVICE, { id: container })).toMatchObject({
    value: { finalBill: dollars("0.5025") },
  });
  toMidnight(3);
  expect(await billResourceDays(ctx, { ids: [container] })).toMatchObject({ billed: 0 });
  // 100 − 0.50 − 0.5025
  expect(await available(id)).toBe(98_997_500_000n);
});

test("storage is billed by the average of a day's samples, each sample counted once", async () => {
  const { ctx } = fixture;
  toMidnight();
  const { id } = await fixture.customer("stored", "10");
  const at = (hours: number) => new Date(ctx.clock().getTime() + hours * HOUR);
  const samples = [
    { bytes: 2_000_000_000n, sampledAt: at(1) },
    { bytes: 4_000_000_000n, sampledAt: at(13) },
  ];
  toMidnight(-1);
  for (const status of ["recorded", "replayed"]) {
    expect(await recordSamples(ctx, SERVICE, { customer: id, store: "knowledge", samples })).toMatchObject({
      value: { samples: [{ status }, { status }] },
    });
  }
  const other = [{ bytes: 1n, sampledAt: must(samples[0], "there are two").sampledAt }];
  const conflict = await recordSamples(ctx, SERVICE, { customer: id, store: "knowledge", samples: other });
  expect(conflict).toMatchObject({ value: { samples: [{ status: "conflict" }] } });
  const storage = must(conflict.ok ? conflict.value.resourceId : null, "the store is there");
  toMidnight(2);
  await billResourceDays(ctx, { ids: [storage] });
  // A day without samples counts what was there before.
  toMidnight(2);
  await billResourceDays(ctx, { ids: [storage] });
  // 3 GB × 0.01, then 4 GB × 0.01
  expect((await daysOf(storage)).map(({ amount }) => amount)).toEqual([30_000_000n, 40_000_000n]);
  const late = await recordSamples(ctx, SERVICE, {
    customer: id,
    store: "knowledge",
    samples: [{ bytes: 9_000_000_000n, sampledAt: new Date(ctx.clock().getTime() - 20 * HOUR) }],
  });
  expect(late).toMatchObject({ value: { samples: [{ status: "late" }] } });
});

test("a day without a price is kept and rated later, never free", async () => {
  const { ctx } = fixture;
  toMidnight();
  const { id } = await fixture.customer("unpriced", "10");
  const container = await runContainer(fixture, id);
  await setListed(ctx, OPERATOR, { offering: "ratebook/container", listed: false, reason: "test" });
  toMidnight(1);
  expect(await billResourceDays(ctx, { ids: [container] })).toMatchObject({ billed: 0, parked: 1 });
  await setListed(ctx, OPERATOR, { offering: "ratebook/container", listed: true, reason: "test" });
  const rated = await rateParked(ctx, OPERATOR, { dryRun: false, limit: 10 });
  expect(rated).toMatchObject({ value: { rated: 1 } });
  // 10 − 0.50 − 0.67
  expect(await available(id)).toBe(8_830_000_000n);
});

test("what has no price for a day is neither created nor started, and costs no fee", async () => {
  const { ctx } = fixture;
  const { id } = await fixture.customer("nameless price", "10");
  toMidnight();
  const container = await runContainer(fixture, id);
  const own = { customer: id, id: container };
  fixture.prices.advance(5 * HOUR);
  await stopResource(ctx, OPERATOR, own);
  const before = await available(id);
  const sell = (listed: boolean) =>
    setListed(ctx, OPERATOR, { offering: "ratebook/container", listed, reason: "test" });
  await sell(false);
  for (const actor of [OPERATOR, SERVICE]) {
    expect(await startResource(ctx, actor, own)).toMatchObject({ error: { kind: "unrated" } });
    const created = await createResource(ctx, actor, { customer: id, kind: "container", name: "another" });
    expect(created).toMatchObject({ error: { kind: "unrated", reason: "not_listed" } });
  }
  const standing = await getInfrastructure(ctx, OPERATOR, { customer: id });
  expect(standing).toMatchObject({
    value: { canDeploy: false, quota: { current: 1 }, hasUnpriced: false, accrued: 0n },
  });
  // Five hours ran today, and nobody knows what they cost.
  expect(standing).toMatchObject({ value: { accruedHasUnpriced: true, infrastructureDaily: 0n } });
  expect(await available(id)).toBe(before);
  await sell(true);
  expect(await startResource(ctx, SERVICE, own)).toMatchObject({ value: { state: "running" } });
});

test.each([
  ["a negative size", { cpu: -1 }, "cpu"],
  ["memory of 0", { memoryMb: 0 }, "memory"],
  ["half an instance", { instances: 0.5 }, "desired_count"],
  ["too many", { instances: 101 }, "desired_count"],
])("%s is refused by name, and nothing is written", async (_what, size, field) => {
  const { key } = await fixture.customer(`bad ${field} ${JSON.stringify(size)}`, "10");
  const refused = await createResource(fixture.ctx, key, { kind: "container", name: "web", ...size });
  expect(refused).toMatchObject({ error: { kind: "validation_error", field } });
  const listed = await listResources(fixture.ctx, key, { limit: 10 });
  expect(listed.ok && listed.value.items).toEqual([]);
});

test("nobody sees or changes what belongs to another customer", async () => {
  const { ctx } = fixture;
  const mine = await fixture.customer("mine", "10");
  const yours = await fixture.customer("yours", "10");
  const container = await runContainer(fixture, mine.id);
  const missing = { error: { kind: "resource_not_found", id: container } };
  expect(await getResource(ctx, yours.key, { id: container })).toMatchObject(missing);
  expect(await stopResource(ctx, yours.key, { id: container })).toMatchObject(missing);
  expect(await deleteResource(ctx, yours.key, { id: container })).toMatchObject(missing);
  expect(await stopResource(ctx, yours.key, { id: container, customer: mine.id })).toMatchObject({
    error: { kind: "access_denied" },
  });
});
