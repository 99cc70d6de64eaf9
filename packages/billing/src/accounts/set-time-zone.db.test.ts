import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATOR, type UsageFixture, usageFixture } from "../testing/index.ts";
import { setTimeZone } from "./set-time-zone.ts";

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

test("who manages an organization sets its zone, audited; nobody else does, and no zone is made up", async () => {
  const { id, key } = await fixture.customer("a");
  const { id: other } = await fixture.customer("b");
  const member = (role: "admin" | "member") => ({
    kind: "member" as const,
    userId: "u",
    customerId: id,
    role,
  });
  const set = (actor: Parameters<typeof setTimeZone>[1], timeZone: string, customer?: string) =>
    setTimeZone(fixture.ctx, actor, { timeZone, customer });
  expect(await set(member("admin"), "Asia/Kolkata")).toEqual({
    ok: true,
    value: { timeZone: "Asia/Kolkata" },
  });
  expect(await set(member("admin"), "Asia/Kolkata")).toMatchObject({ ok: true });
  expect(await set(member("admin"), "Mars/Olympus")).toMatchObject({ error: { field: "timeZone" } });
  expect(await set(member("admin"), "UTC", other)).toMatchObject({ error: { kind: "access_denied" } });
  expect(await set(member("member"), "UTC")).toMatchObject({ error: { kind: "access_denied" } });
  expect(await set(key, "UTC")).toMatchObject({ error: { kind: "access_denied" } });
  expect(await set(OPERATOR, "UTC", "b")).toMatchObject({ ok: true });
  const audit = await database.sql`
    select after from ratebook.audit_entry where action = 'customer.time_zone' order by id`;
  expect(audit.map(({ after }) => after)).toEqual([{ timeZone: "Asia/Kolkata" }]);
});
