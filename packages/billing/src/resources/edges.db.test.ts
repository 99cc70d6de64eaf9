import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { opId } from "../ledger/op-id.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { dollars, SERVICE, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { billDueDays } from "./bill-due-days.ts";
import { billResourceDays } from "./bill-resource-days.ts";
import { createResource } from "./create-resource.ts";
import { deleteResource } from "./delete-resource.ts";
import { feeOpId } from "./deployment-fee.ts";
import { getInfrastructure } from "./get-infrastructure.ts";
import { getResource } from "./list-resources.ts";
import { recordSamples, type StorageSample } from "./record-samples.ts";
import { reportDeployment } from "./report-deployment.ts";
import { runContainer, sellInfrastructure } from "./resource-fixture.ts";
import { scaleResource } from "./scale-resource.ts";
import { saveInfrastructureSettings } from "./settings.ts";
import { startResource } from "./start-resource.ts";
import { stopResource } from "./stop-resource.ts";

let database: TestDatabase;
let fixture: UsageFixture;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
let named = 0;

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
// Each begins at a midnight.
beforeEach(() => toMidnight());

/** Moves the clock to the next midnight, and some hours beyond. */
const toMidnight = (plusHours = 0): void => {
  const now = fixture.ctx.clock().getTime();
  fixture.prices.advance((Math.floor(now / DAY) + 1) * DAY - now + plusHours * HOUR);
};
const customer = async (usd = "100"): Promise<string> => {
  named += 1;
  return (await fixture.customer(`edge ${named}`, usd)).id;
};
const amountsOf = async (id: string): Promise<bigint[]> => {
  const found = await getResource(fixture.ctx, OPERATOR, { id });
  return must(found.ok ? found.value.days : null, "it is there")
    .map(({ amount }) => amount)
    .reverse();
};
const balanceOf = async (id: string): Promise<bigint | undefined> => {
  const [wallet] = await database.sql<{ balance: bigint }[]>`
    select balance from ratebook.wallet where account_id = ${id}`;
  return wallet?.balance;
};
const report = async (id: string, samples: StorageSample[]) => {
  const recorded = await recordSamples(fixture.ctx, SERVICE, { customer: id, store: "knowledge", samples });
  if (!recorded.ok) throw new Error(recorded.error.kind);
  return recorded.value;
};
const at = (hours: number): Date => new Date(fixture.ctx.clock().getTime() + hours * HOUR);
const GB = 1_000_000_000n;

test("many sizes in one day are billed each for its time, also two in one instant", async () => {
  const id = await runContainer(fixture, await customer());
  const sizes = [2, 3, 5, 1, 4];
  for (const instances of sizes) {
    fixture.prices.advance(4 * HOUR);
    // Asked for by mistake and taken back within the same millisecond.
    await scaleResource(fixture.ctx, SERVICE, { id, instances: 90 });
    await scaleResource(fixture.ctx, SERVICE, { id, instances });
  }
  toMidnight();
  await billResourceDays(fixture.ctx, { ids: [id] });
  // (1 + 2 + 3 + 5 + 1 + 4) × 4/24 = 2.666666667 days × 0.67 = 1.78666666689, rounded half-even to nanos
  expect(await amountsOf(id)).toEqual([1_786_666_667n]);
});

test("what is deleted in its first seconds is billed an hour, and what never ran nothing but its fee", async () => {
  const { ctx } = fixture;
  const owner = await customer("10");
  const id = await runContainer(fixture, owner);
  fixture.prices.advance(3_000);
  // 1/24 of a day, 0.041666667, × 0.67
  const bill = 27_916_667n;
  expect(await deleteResource(ctx, SERVICE, { id })).toMatchObject({ value: { finalBill: bill } });
  const made = await createResource(ctx, SERVICE, { customer: owner, kind: "container", name: "never" });
  const never = must(made.ok ? made.value.resource.id : null, "it is made");
  expect(await deleteResource(ctx, SERVICE, { id: never })).toMatchObject({ value: { finalBill: 0n } });
  toMidnight(2);
  await billResourceDays(ctx);
  // 10 − 2 × 0.50 − the hour
  expect(await balanceOf(owner)).toBe(9_000_000_000n - bill);
});

test("started and stopped again and again within an hour is an hour", async () => {
  const id = await runContainer(fixture, await customer());
  for (let n = 0; n < 5; n += 1) {
    fixture.prices.advance(60_000);
    await stopResource(fixture.ctx, SERVICE, { id });
    fixture.prices.advance(60_000);
    await startResource(fixture.ctx, SERVICE, { id });
  }
  await stopResource(fixture.ctx, SERVICE, { id });
  toMidnight();
  await billResourceDays(fixture.ctx, { ids: [id] });
  expect(await amountsOf(id)).toEqual([27_916_667n]);
});

test("what is started again while the clock is set back into a billed day is billed from the next day on", async () => {
  const id = await runContainer(fixture, await customer());
  fixture.prices.advance(6 * HOUR);
  await stopResource(fixture.ctx, SERVICE, { id });
  toMidnight();
  await billResourceDays(fixture.ctx, { ids: [id] });
  fixture.prices.advance(-2 * HOUR);
  await startResource(fixture.ctx, SERVICE, { id });
  fixture.prices.advance(2 * HOUR + 12 * HOUR);
  await stopResource(fixture.ctx, SERVICE, { id });
  toMidnight();
  await billResourceDays(fixture.ctx, { ids: [id] });
  // 0.67 × 6/24, and × 12/24
  expect(await amountsOf(id)).toEqual([167_500_000n, 335_000_000n]);
});

test("a failed deployment gives its fee back exactly once, whoever reports it at once, and never more than was left", async () => {
  const { ctx } = fixture;
  const owner = await customer("10");
  const ids: string[] = [];
  for (const name of ["one", "two"]) {
    const made = await createResource(ctx, SERVICE, { customer: owner, kind: "container", name });
    ids.push(must(made.ok ? made.value.resource.id : null, "it is made"));
  }
  const [one = "", two = ""] = ids;
  const reports = await Promise.all(
    Array.from({ length: 5 }, () => reportDeployment(ctx, SERVICE, { id: one, outcome: "failed" })),
  );
  const returned = reports.map((it) => must(it.ok ? it.value.creditsReturned : null, "it may be repeated"));
  expect(returned.reduce((sum, it) => sum + it, 0n)).toBe(500_000_000n);
  // An operator gave 0.20 of the other fee back before.
  const outcome = await ctx.ledger.post({
    kind: "grant",
    account: owner,
    opId: ctx.newId(),
    meaningHash: "4".repeat(64),
    amount: dollars("0.2"),
    category: "purchased",
    contra: "revenue:infrastructure",
    source: "sorry",
    ref: feeOpId(two),
  });
  expect(outcome.kind).toBe("done");
  expect(await reportDeployment(ctx, SERVICE, { id: two, outcome: "failed" })).toMatchObject({
    value: { creditsReturned: dollars("0.3") },
  });
  expect(await balanceOf(owner)).toBe(10_000_000_000n);
});

test("of two creations at once on a quota of one, exactly one is made, and the other costs nothing", async () => {
  const { ctx } = fixture;
  await saveInfrastructureSettings(ctx, OPERATOR, { containersMax: 1 });
  const owner = await customer("10");
  const made = await Promise.all(
    ["a", "b", "c"].map((name) => createResource(ctx, SERVICE, { customer: owner, kind: "container", name })),
  );
  expect(made.filter(({ ok }) => ok)).toHaveLength(1);
  for (const it of made) {
    if (!it.ok) expect(it.error).toEqual({ kind: "resource_quota", current: 1, max: 1 });
  }
  expect(await balanceOf(owner)).toBe(9_500_000_000n);
  const standing = await getInfrastructure(ctx, OPERATOR, { customer: owner });
  expect(standing).toMatchObject({
    value: { quota: { current: 1, max: 1, remaining: 0 }, canDeploy: false },
  });
  await saveInfrastructureSettings(ctx, OPERATOR, { containersMax: 100 });
});

test("samples out of order, twice, and none in a day: each day is the average of what it has, else the last before it", async () => {
  const owner = await customer("10");
  const [first, second, third] = [at(2), at(10), at(20)];
  toMidnight(-1);
  const { resourceId: id } = await report(owner, [
    { bytes: 6n * GB, sampledAt: third },
    { bytes: 1n * GB, sampledAt: first },
  ]);
  expect(
    await report(owner, [
      { bytes: 2n * GB, sampledAt: second },
      { bytes: 2n * GB, sampledAt: second },
      { bytes: 9n * GB, sampledAt: first },
    ]),
  ).toMatchObject({ samples: [{ status: "recorded" }, { status: "replayed" }, { status: "conflict" }] });
  toMidnight();
  toMidnight(1);
  // Two days at once, the earliest first: 3 GB × 0.01, then 6 GB × 0.01.
  for (let step = 0; step < 3; step += 1) await billResourceDays(fixture.ctx, { ids: [id] });
  expect(await amountsOf(id)).toEqual([30_000_000n, 60_000_000n]);
  // Emptied: a sample of 0, and then days that cost nothing.
  await report(owner, [{ bytes: 0n, sampledAt: fixture.ctx.clock() }]);
  toMidnight();
  toMidnight(1);
  for (let step = 0; step < 3; step += 1) await billResourceDays(fixture.ctx, { ids: [id] });
  expect(await amountsOf(id)).toHaveLength(2);
  expect(await balanceOf(owner)).toBe(9_910_000_000n);
});

test("a store that is deleted and reported again on the same day is billed that day once", async () => {
  const owner = await customer("10");
  const { resourceId: id } = await report(owner, [{ bytes: 5n * GB, sampledAt: at(0) }]);
  fixture.prices.advance(2 * HOUR);
  // 5 GB × 0.01 for the day that it ends with
  expect(await deleteResource(fixture.ctx, SERVICE, { id })).toMatchObject({
    value: { finalBill: 50_000_000n },
  });
  fixture.prices.advance(2 * HOUR);
  const again = await report(owner, [{ bytes: 5n * GB, sampledAt: at(0) }]);
  expect(again).toMatchObject({ samples: [{ status: "late" }] });
  expect(again.resourceId).not.toBe(id);
  toMidnight(1);
  await billResourceDays(fixture.ctx);
  expect(await amountsOf(again.resourceId)).toEqual([]);
  toMidnight(1);
  await billResourceDays(fixture.ctx);
  expect(await amountsOf(again.resourceId)).toEqual([50_000_000n]);
});

test("what is measured is not stopped, started or scaled, and goes on being billed", async () => {
  const { ctx } = fixture;
  const owner = await customer("10");
  const { resourceId: id } = await report(owner, [{ bytes: GB, sampledAt: at(0) }]);
  for (const refused of [
    await stopResource(ctx, SERVICE, { id }),
    await startResource(ctx, SERVICE, { id }),
    await scaleResource(ctx, SERVICE, { id, instances: 5 }),
    await scaleResource(ctx, SERVICE, { id, name: "other" }),
  ]) {
    expect(refused).toMatchObject({ error: { kind: "resource_state", state: "running" } });
  }
  const runs = await database.sql`select 1 from ratebook.resource_run where resource_id = ${id}`;
  expect(runs).toHaveLength(0);
  toMidnight(1);
  await billResourceDays(ctx, { ids: [id] });
  expect(await amountsOf(id)).toEqual([10_000_000n]);
});

test("a day that a bug keeps from being billed holds up no other, and is told each time", async () => {
  const { ctx } = fixture;
  const [bad, good] = [
    await runContainer(fixture, await customer()),
    await runContainer(fixture, await customer()),
  ];
  const [row] = await database.sql<{ customer: string; day: string }[]>`
    select customer_id as customer, next_day::text as day from ratebook.resource where id = ${bad}`;
  const { customer: owner, day } = must(row, "it was made");
  // Something else took the day's operation.
  const taken = await ctx.ledger.post({
    kind: "grant",
    account: owner,
    opId: opId("resource-day", `${bad}:${day}`),
    meaningHash: "5".repeat(64),
    amount: dollars("1"),
    category: "purchased",
    contra: "revenue:infrastructure",
    source: "a bug",
  });
  expect(taken.kind).toBe("done");
  toMidnight();
  toMidnight();
  for (const [billed, amounts] of [
    [1, 1],
    [1, 2],
    [0, 2],
  ] as const) {
    const step = await billResourceDays(ctx, { ids: [bad, good] });
    expect(step).toMatchObject({ billed, postponed: 0 });
    expect(step.failures.map(({ id, error }) => [id, error.message])).toEqual([
      [bad, `day ${day} of resource ${bad} could not be billed`],
    ]);
    expect(await amountsOf(good)).toHaveLength(amounts);
  }
  // Nor where a step has no place for another than the one that fails.
  toMidnight();
  expect(await billDueDays(ctx, { ids: [bad, good], limit: 1 })).toMatchObject({
    billed: 1,
    failures: [{ id: bad }],
  });
  expect(await amountsOf(bad)).toEqual([]);
});
