import { autoTopUp } from "@ratebook/db/schema";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dollars, OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { type CustomerFilter, listCustomers } from "./list-customers.ts";

let database: TestDatabase;
let fixture: UsageFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});

afterAll(async () => {
  await fixture.close();
  await database.drop();
});

const names = async (filter?: CustomerFilter, search?: string): Promise<string[]> => {
  const listed = await listCustomers(fixture.ctx, OPERATOR, { filter, search, limit: 50 });
  if (!listed.ok) throw new Error(listed.error.kind);
  return listed.value.items.map(({ externalId }) => String(externalId)).sort();
};

test("customers are told apart by how they stand, and each shows its balance, refill and runway", async () => {
  const { id } = await fixture.customer("refilled", "20");
  await fixture.customer("plain", "5");
  const now = fixture.ctx.clock();
  await fixture.ctx.db.insert(autoTopUp).values({
    customerId: id,
    enabled: true,
    mode: "fixed",
    thresholdNanos: dollars("5"),
    amountNanos: dollars("20"),
    dailyCapNanos: dollars("60"),
    monthlyCapNanos: dollars("200"),
    updatedAt: now,
  });
  const { id: blocked } = await fixture.customer("blocked", "1");
  await database.sql`select ratebook.set_wallet(${blocked}::uuid, 'suspended')`;

  expect(await names()).toEqual(["blocked", "plain", "refilled"]);
  expect(await names("auto_top_up")).toEqual(["refilled"]);
  expect(await names("suspended")).toEqual(["blocked"]);
  expect(await names("owing")).toEqual([]);
  expect(await names("contract")).toEqual([]);
  expect(await names("warned")).toEqual([]);
  expect(await names("auto_top_up", "plain")).toEqual([]);
  expect(await names(undefined, "fill")).toEqual(["refilled"]);

  const listed = await listCustomers(fixture.ctx, OPERATOR, { search: "refilled", limit: 1 });
  expect(listed).toMatchObject({
    ok: true,
    value: {
      nextCursor: null,
      items: [
        {
          externalId: "refilled",
          balance: dollars("20"),
          autoTopUp: "on",
          contract: null,
          runwayHours: null,
          status: "active",
        },
      ],
    },
  });
});

test("nobody but an operator may list customers", async () => {
  const { id } = await fixture.customer("curious", "1");
  const actor = { kind: "key", customerId: id, keyId: id, scopes: ["read"] } as const;
  expect(await listCustomers(fixture.ctx, actor, { limit: 5 })).toMatchObject({
    ok: false,
    error: { kind: "access_denied" },
  });
});
