import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { type ListAuditInput, listAudit } from "./list-audit.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  await database.sql`
    insert into ratebook.audit_entry (id, at, actor_kind, actor_id, action, subject) values
      ('00000000-0000-7000-8000-000000000001', '2026-11-20T23:59:59Z', 'operator', 'olga', 'price.approve', 'acme/one'),
      ('00000000-0000-7000-8000-000000000002', '2026-11-21T00:00:00Z', 'key', 'gateway', 'customer.update', '50%_off'),
      ('00000000-0000-7000-8000-000000000003', '2026-11-21T23:59:59Z', 'operator', 'oleg', 'price.reject', 'acme/two')`;
});
afterAll(async () => {
  await fixture.close();
  await database.drop();
});

test.each<[Omit<ListAuditInput, "limit">, string[]]>([
  [{}, ["price.reject", "customer.update", "price.approve"]],
  [{ search: "PRICE." }, ["price.reject", "price.approve"]],
  [{ search: "acme/one" }, ["price.approve"]],
  // A sign of patterns is a letter like any other.
  [{ search: "%" }, ["customer.update"]],
  [{ by: "olga" }, ["price.approve"]],
  [{ by: "key" }, ["customer.update"]],
  [{ from: "2026-11-21", to: "2026-11-21" }, ["price.reject", "customer.update"]],
  [{ to: "2026-11-20" }, ["price.approve"]],
  [{ by: "nobody" }, []],
])("changes are found by %j", async (filter, actions) => {
  const found = await listAudit(fixture.ctx, OPERATOR, { limit: 50, ...filter });
  expect(found.ok && found.value.items.map(({ action }) => action)).toEqual(actions);
});
