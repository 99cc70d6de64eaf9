import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listModels } from "../catalog/price-models.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { expectBooksBalance } from "../testing/expect-books-balance.ts";
import { SERVICE, type UsageFixture, usageFixture } from "../testing/usage-fixture.ts";
import { getReceipt } from "../usage/get-receipt.ts";
import { recomputeReceipt } from "../usage/recompute-receipt.ts";
import { billResourceDays } from "./bill-resource-days.ts";
import { createResource } from "./create-resource.ts";
import { listResourceKinds, saveResourceKind } from "./kinds.ts";
import { getResource } from "./list-resources.ts";
import { reportDeployment } from "./report-deployment.ts";
import { sellInfrastructure } from "./resource-fixture.ts";

let database: TestDatabase;
let fixture: UsageFixture;
const HOUR = 3_600_000;

const GPU = {
  kind: "gpu",
  name: "GPU",
  offering: "ratebook/gpu",
  meter: "x_gpu_day" as const,
  setup: { offering: "ratebook/gpu", meter: "x_gpu_setup" as const },
};

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await sellInfrastructure(fixture);
  await fixture.sell({
    meters: [
      { name: "x_gpu_day", unit: "GPU day", integer: false },
      { name: "x_gpu_setup", unit: "set-up", integer: true },
    ],
    offerings: [
      {
        provider: "ratebook",
        model: "gpu",
        modality: "infrastructure",
        listed: true,
        rates: [
          { meter: "x_gpu_day", usd: "24", per: 1 },
          { meter: "x_gpu_setup", usd: "3", per: 1 },
        ],
      },
    ],
  });
});
afterAll(async () => {
  await expectBooksBalance(database.sql);
  await fixture.close();
  await database.drop();
});

/** What the public price list says of infrastructure: `offering meter` and its price. */
async function advertised(): Promise<Map<string, string>> {
  const listed = await listModels(fixture.ctx, null, { limit: 50 });
  const models = must(listed.ok ? listed.value.items : null, "everybody may read prices");
  return new Map(
    models
      .filter(({ modality }) => modality === "infrastructure")
      .flatMap(({ offering, rates }) =>
        rates.map(({ meter, sellUsd, per }) => [`${offering} ${meter}`, `${sellUsd} for ${per}`] as const),
      ),
  );
}

test("a kind is configuration alone: its prices are advertised, its days are billed at them, its receipts recompute", async () => {
  const { ctx } = fixture;
  expect(await saveResourceKind(ctx, OPERATOR, GPU)).toMatchObject({ ok: true });
  expect((await advertised()).get("ratebook/gpu x_gpu_day")).toBe("24 for 1");
  expect((await advertised()).get("ratebook/gpu x_gpu_setup")).toBe("3 for 1");
  const { id: customer, key } = await fixture.customer("trainer", "100");
  const made = await createResource(ctx, key, { kind: "gpu", name: "trainer", instances: 2 });
  expect(made).toMatchObject({ value: { creditsDeducted: 3_000_000_000n } });
  const id = must(made.ok ? made.value.resource.id : null, "it is made");
  await reportDeployment(ctx, SERVICE, { id, outcome: "deployed" });
  // The fixture begins at midnight: two of them run 24 hours.
  fixture.prices.advance(24 * HOUR);
  expect(await billResourceDays(ctx, { ids: [id] })).toMatchObject({ billed: 1 });
  const found = await getResource(ctx, key, { id });
  const day = must(found.ok ? found.value.days[0] : null, "the day is billed");
  // 2 × 24
  expect(day.amount).toBe(48_000_000_000n);
  const receipt = await getReceipt(ctx, key, { id: day.receiptId });
  expect(receipt).toMatchObject({
    value: {
      offering: "ratebook/gpu",
      pools: { x_gpu_day: "2" },
      entry: { contra: "revenue:infrastructure" },
      lines: [{ rate: { usd: "24" } }],
    },
  });
  expect(receipt.ok && recomputeReceipt(receipt.value)).toMatchObject({ agrees: true, amount: day.amount });
  const [wallet] = await database.sql<{ balance: bigint }[]>`
    select balance from ratebook.wallet where account_id = ${customer}`;
  // 100 − 3 − 48
  expect(wallet?.balance).toBe(49_000_000_000n);
});

test("whatever kinds bill is advertised, and every advertised price of infrastructure is billed by a kind", async () => {
  const kinds = await listResourceKinds(fixture.ctx);
  const billed = kinds.flatMap(({ offering, meter, setup }) => [
    `${offering} ${meter}`,
    ...(setup === null ? [] : [`${setup.offering} ${setup.meter}`]),
  ]);
  expect([...(await advertised()).keys()].sort()).toEqual(billed.sort());
});

test.each([
  ["an offering that is not there", { offering: "ratebook/none" }, "offering"],
  ["a meter that its offering has no price of", { meter: "container_day" as const }, "meter"],
  [
    "a set-up that has none",
    { setup: { offering: "ratebook/gpu", meter: "container_deployment" as const } },
    "setup.meter",
  ],
  ["a name that is taken", { kind: "container" }, "kind"],
])("%s is refused by its field", async (_what, change, field) => {
  const refused = await saveResourceKind(fixture.ctx, OPERATOR, { ...GPU, kind: "other", ...change });
  expect(refused).toMatchObject({ error: { kind: "validation_error", field } });
  expect((await listResourceKinds(fixture.ctx)).map(({ kind }) => kind)).not.toContain("other");
});
