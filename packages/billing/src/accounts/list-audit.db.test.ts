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

test("people and keys are called by name, and found by it; a change of a customer names it", async () => {
  const { id } = await fixture.customer("acme", "1");
  const [user, key] = [fixture.ctx.newId(), fixture.ctx.newId()];
  await database.sql`
    insert into ratebook."user" (id, name, email, email_verified, role, created_at, updated_at)
    values (${user}, 'Olga', 'olga@platform.test', true, 'operator', now(), now())`;
  await database.sql`
    insert into ratebook.api_key (id, kind, customer_id, name, hash, prefix, last_four, scopes, created_at)
    values (${key}, 'customer', ${id}, 'Front door', 'hash', 'rbk_', '1234', '{}', now())`;
  await database.sql`
    insert into ratebook.audit_entry (id, at, actor_kind, actor_id, action, subject, customer_id) values
      (${fixture.ctx.newId()}, '2026-11-22T00:00:00Z', 'operator', ${user}, 'customer.suspend', ${id}, ${id}),
      (${fixture.ctx.newId()}, '2026-11-22T00:00:01Z', 'key', ${key}, 'customer.update', ${id}, ${id})`;
  const names = async (by: string) => {
    const found = await listAudit(fixture.ctx, OPERATOR, { limit: 50, by });
    return found.ok && found.value.items.map((it) => [it.action, it.actorName, it.customerName]);
  };
  expect(await names("OLGA@platform")).toEqual([["customer.suspend", "olga@platform.test", "acme"]]);
  expect(await names("front")).toEqual([["customer.update", "Front door", "acme"]]);
});
