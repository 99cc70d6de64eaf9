import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { saveContractPlan } from "./contract-plans.ts";
import { endContract } from "./end-contract.ts";
import { type ListContractsInput, listContracts } from "./list-contracts.ts";
import { setContract } from "./set-contract.ts";

let database: TestDatabase;
let fixture: UsageFixture;

const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(fixture.ctx.clock().getTime() + days * DAY_MS);

/**
 * Version 1 has ended; 2 holds until day 20; 3 begins on day 20 and ends on day 50; 4, from a plan, has no end; 5 was called
 * off before it began.
 */
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  for (const name of ["north", "south"]) await fixture.customer(name);
  const plan = { id: "growth", name: "Growth", description: "", terms: {}, retired: false };
  await saveContractPlan(fixture.ctx, OPERATOR, plan);
  const agree = async (customer: string, more: object) => {
    const made = await setContract(fixture.ctx, OPERATOR, { customer, terms: {}, note: "signed", ...more });
    if (!made.ok) throw new Error(JSON.stringify(made.error));
  };
  await agree("north", { validUntil: inDays(1) });
  fixture.prices.advance(DAY_MS);
  await agree("north", { validUntil: inDays(20) });
  await agree("north", { validFrom: inDays(20), validUntil: inDays(50) });
  await agree("south", { plan: "growth", validUntil: null });
  const { ctx } = fixture;
  await agree("north", { validFrom: inDays(60) });
  await endContract(ctx, OPERATOR, { version: 5, reason: "called off" });
});
afterAll(async () => {
  await fixture.close();
  await database.drop();
});

const listed = async (filter: Partial<ListContractsInput>) => {
  const found = await listContracts(fixture.ctx, OPERATOR, { limit: 10, ...filter });
  if (!found.ok) throw new Error(found.error.kind);
  return found.value.items.map(({ version }) => version);
};

test.each([
  ["nothing asked: all, the newest first", {}, [5, 4, 3, 2, 1]],
  ["active", { state: "active" }, [4, 2]],
  ["scheduled", { state: "scheduled" }, [3]],
  ["ended, also one that was called off", { state: "ended" }, [5, 1]],
  ["a plan", { plan: "growth" }, [4]],
  ["a plan nobody has", { plan: "gold" }, []],
  ["a part of a customer's name, whatever its case", { search: " NOR " }, [5, 3, 2, 1]],
  ["signs that mean something to SQL stand for themselves", { search: "%" }, []],
  ["one customer", { customer: "south" }, [4]],
  ["ending soon: what holds or will, never what has ended", { endsWithinDays: 20 }, [2]],
  ["ending within a longer time", { endsWithinDays: 50 }, [3, 2]],
  ["all at once", { search: "north", state: "active", endsWithinDays: 30 }, [2]],
] satisfies [string, Partial<ListContractsInput>, number[]][])("%s", async (_, filter, versions) => {
  expect(await listed(filter)).toEqual(versions);
});

test("a filtered list goes on where its page ended", async () => {
  const { ctx } = fixture;
  const first = await listContracts(ctx, OPERATOR, { search: "north", limit: 2 });
  expect(first).toMatchObject({ value: { items: [{ version: 5 }, { version: 3 }], nextCursor: 3 } });
  const last = await listContracts(ctx, OPERATOR, { search: "north", limit: 2, cursor: 3 });
  expect(last).toMatchObject({
    value: {
      items: [{ version: 2, customerName: "north", state: "active" }, { version: 1 }],
      nextCursor: null,
    },
  });
});

test("is of operators only, and a customer nobody knows is said to be unknown", async () => {
  const { key } = await fixture.customer("curious");
  expect(await listContracts(fixture.ctx, key, { limit: 1 })).toMatchObject({
    error: { kind: "access_denied" },
  });
  expect(await listContracts(fixture.ctx, OPERATOR, { customer: "nobody", limit: 1 })).toMatchObject({
    error: { kind: "customer_not_found" },
  });
});
