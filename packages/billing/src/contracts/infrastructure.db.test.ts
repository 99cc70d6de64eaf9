import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { billResourceDays } from "../resources/bill-resource-days.ts";
import { createResource } from "../resources/create-resource.ts";
import { getInfrastructure } from "../resources/get-infrastructure.ts";
import { recordSamples } from "../resources/record-samples.ts";
import { reportDeployment } from "../resources/report-deployment.ts";
import { runContainer, sellInfrastructure } from "../resources/resource-fixture.ts";
import {
  dollars,
  expectBooksBalance,
  OPERATOR,
  SERVICE,
  type UsageFixture,
  usageFixture,
} from "../testing/index.ts";
import { getBalance } from "../usage/get-balance.ts";
import { getReceipt } from "../usage/get-receipt.ts";
import { recomputeReceipt } from "../usage/recompute-receipt.ts";
import { rerateWindow } from "../usage/rerate-window.ts";
import { closeVolumeMonths } from "./close-volume.ts";
import { endContract } from "./end-contract.ts";
import { setContract } from "./set-contract.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let key: Actor;

/** The clock begins at the start of 2026-11-22. */
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await sellInfrastructure(fixture);
  ({ key } = await fixture.customer("acme", "1000"));
});
afterEach(async () => {
  await fixture.close();
  await expectBooksBalance(database.sql);
  await database.drop();
});

const DAY_MS = 86_400_000;
const agreed = async (terms: object) => {
  const set = await setContract(fixture.ctx, OPERATOR, { customer: "acme", terms, note: "signed" });
  if (!set.ok) throw new Error(JSON.stringify(set.error));
  return set.value;
};
const run = () => runContainer(fixture, "acme");
const nextDay = (days = 1) => fixture.prices.advance(days * DAY_MS);
const balance = async () => {
  const found = await getBalance(fixture.ctx, key, {});
  return must(found.ok ? found.value.balance : null, "it has a wallet");
};
/** Receipts of infrastructure, in the ledger's order. */
const receipts = async () => {
  const rows = await database.sql<{ id: string }[]>`
    select op_id as id from ratebook.entry where contra = 'revenue:infrastructure' and kind = 'debit' order by seq`;
  return Promise.all(
    rows.map(async ({ id }) => {
      const receipt = await getReceipt(fixture.ctx, key, { id });
      if (!receipt.ok) throw new Error(receipt.error.kind);
      expect(recomputeReceipt(receipt.value).agrees).toBe(true);
      return receipt.value;
    }),
  );
};

const FIXED = (id: string, meter: string, usd: string) => ({
  id,
  match: { provider: "ratebook", model: "*", meter },
  price: { usd, per: 1 },
  allowLoss: true,
});

test("fixed prices of a contract bill deployments, container days and storage, and are what infrastructure shows", async () => {
  const { label } = await agreed({
    prices: [
      FIXED("deploy", "container_deployment", "0.25"),
      FIXED("day", "container_day", "0.5"),
      FIXED("gb", "storage_gb_day", "0.008"),
    ],
  });
  await run();
  expect(await balance()).toBe(dollars("999.75"));
  const samples = [{ bytes: 50_000_000_000n, sampledAt: fixture.ctx.clock() }];
  await recordSamples(fixture.ctx, SERVICE, { customer: "acme", store: "docs", samples });
  nextDay();
  // Samples of the day may still arrive for an hour.
  fixture.prices.advance(DAY_MS / 12);
  await billResourceDays(fixture.ctx);
  // A day of the container, and 50 GB × $0.008.
  expect(await balance()).toBe(dollars("998.85"));
  const infrastructure = await getInfrastructure(fixture.ctx, key, {});
  expect(infrastructure).toMatchObject({
    value: {
      deploymentFee: dollars("0.25"),
      containerPerDay: dollars("0.5"),
      storagePerGbDay: dollars("0.008"),
    },
  });
  for (const receipt of await receipts()) {
    expect(receipt.versions.contract).toBe(label);
    expect(receipt.lines).toMatchObject([{ kind: "usage", markup: { decidedBy: "price" } }]);
  }
});

test("a markup of a contract comes on top of the day's rate; a day is priced under the contract it begins with", async () => {
  await run();
  fixture.prices.advance(1);
  const { version } = await agreed({
    rules: [{ id: "managed", match: { modality: "infrastructure" }, percentBps: 1000 }],
  });
  nextDay();
  fixture.prices.advance(DAY_MS / 2);
  // In the middle of the second day.
  await endContract(fixture.ctx, OPERATOR, { version, reason: "left" });
  nextDay(2);
  for (let day = 0; day < 3; day += 1) await billResourceDays(fixture.ctx);
  const amounts = (await receipts()).map(({ amount }) => amount);
  // The fee before the contract; $0.67 × 1.1 on the second day, which began under it; then the standard price. The
  // contract was made after the first day had begun.
  expect(amounts).toEqual(["0.5", "0.67", "0.737", "0.67"].map(dollars));
});

const TIERS = {
  discounts: [
    {
      id: "infra",
      by: "spend",
      match: { modality: "infrastructure", meter: "container_day" },
      allowLoss: true,
      tiers: [
        { above: "1", discountBps: 1000 },
        { above: "2", discountBps: 5000 },
      ],
    },
  ],
};

test("days go on in the month's tiers, and their receipts say where the month stood", async () => {
  await agreed(TIERS);
  await run();
  await run();
  for (let day = 0; day < 2; day += 1) {
    nextDay();
    await billResourceDays(fixture.ctx);
  }
  const days = (await receipts()).slice(2);
  // Four days of $0.67: to 0.67, 1.34 ($0.34 at 10 %), 2.01 ($0.66 at 10 % and $0.01 at 50 %), 2.68 (all at 50 %).
  expect(days.map(({ amount }) => amount)).toEqual(["0.67", "0.636", "0.599", "0.335"].map(dollars));
  expect(days.map(({ lines }) => lines[1])).toMatchObject([
    { kind: "volume", position: "0" },
    { position: "0.67" },
    { position: "1.34" },
    { position: "2.01" },
  ]);
});

test("a day whose price changed at noon is re-rated from where the month stood when it began", async () => {
  await agreed({
    discounts: [
      {
        id: "infra",
        by: "spend",
        allowLoss: true,
        match: { meter: "container_day" },
        tiers: [
          { above: "0.3", discountBps: 1000 },
          { above: "0.6", discountBps: 5000 },
        ],
      },
    ],
  });
  await run();
  fixture.prices.advance(DAY_MS / 2);
  await sellInfrastructure(fixture, { container: "1.34" });
  fixture.prices.advance(DAY_MS / 2);
  await billResourceDays(fixture.ctx);
  // $0.335 from nothing: $0.035 × 10 %. $0.67 from $0.335: $0.265 × 10 % and $0.405 × 50 %. In all $1.005 − $0.2325.
  expect((await receipts())[1]).toMatchObject({ amount: dollars("0.7725") });
  fixture.prices.advance(1000);
  const rerated = await rerateWindow(fixture.ctx, OPERATOR, {
    from: new Date("2026-11-22T00:00:00Z"),
    to: new Date("2026-11-24T00:00:00Z"),
    version: 1,
    offering: "ratebook/container",
    dryRun: true,
    reason: "the new price was a mistake",
  });
  // $0.67 from nothing: $0.30 × 10 % and $0.07 × 50 %.
  expect(rerated).toMatchObject({
    value: { changed: 1, before: dollars("0.7725"), after: dollars("0.605") },
  });
});

test("what two billings at once missed of the tiers is made good when the month is closed, once", async () => {
  await agreed(TIERS);
  const ids = [await run(), await run(), await run()];
  nextDay(3);
  const start = await balance();
  const bill = () => Promise.all(ids.map((id) => billResourceDays(fixture.ctx, { ids: [id] })));
  for (let turn = 0; turn < 3; turn += 1) await bill();
  const days = (await receipts()).slice(3);
  expect(days).toHaveLength(9);
  const paid = start - (await balance());
  // November ends; three days after it the month may be closed.
  nextDay(10);
  expect(await closeVolumeMonths(fixture.ctx)).toMatchObject({ closed: 1 });
  expect(await closeVolumeMonths(fixture.ctx)).toMatchObject({ closed: 0 });
  // $6.03: $1 at 10 % and $4.03 at 50 %, so $6.03 − $0.10 − $2.015.
  expect(start - (await balance())).toBe(dollars("3.915"));
  expect(paid >= dollars("3.915")).toBe(true);
});

test("a deployment that fails gives back what it cost, and closing the month gives nothing more for it", async () => {
  await agreed({
    discounts: [
      {
        id: "all",
        by: "spend",
        allowLoss: true,
        tiers: [
          { above: "0", discountBps: 1000 },
          { above: "0.5", discountBps: 5000 },
        ],
      },
    ],
  });
  const create = (name: string) =>
    createResource(fixture.ctx, key, { kind: "container", name, idempotencyKey: name });
  // Both may be priced where the month begins, at 10 % off.
  const made = await Promise.all([create("a"), create("b")]);
  for (const it of made) {
    const id = must(it.ok ? it.value.resource.id : null, "it was made");
    expect(await reportDeployment(fixture.ctx, SERVICE, { id, outcome: "failed" })).toMatchObject({
      ok: true,
    });
  }
  expect(await balance()).toBe(dollars("1000"));
  nextDay(13);
  expect(await closeVolumeMonths(fixture.ctx)).toEqual({ closed: 1, given: 0n });
  expect(await balance()).toBe(dollars("1000"));
});
