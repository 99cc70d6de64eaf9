import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import { listBudgets } from "../budgets/list-budgets.ts";
import { OPERATOR } from "../testing/catalogue-fixture.ts";
import { dollars, type UsageFixture, usageFixture } from "../testing/index.ts";
import { changeKey } from "./change-key.ts";
import { type CreateKeyInput, createKey } from "./create-key.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";
import { listKeys } from "./list-keys.ts";
import { revokeKey } from "./revoke-key.ts";
import { rotateKey } from "./rotate-key.ts";

let database: TestDatabase;
let fixture: UsageFixture;
let ring: KeyRing;
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  ring = createKeyRing(fixture.ctx);
});
afterAll(async () => {
  await ring.close();
  await fixture.close();
  await database.drop();
});

const HOUR_MS = 3_600_000;

async function made(name: string, more: Partial<CreateKeyInput> = {}) {
  const { id: customerId } = await fixture.customer(name);
  const input = { kind: "customer", customer: customerId, name, scopes: ["read"], ...more } as const;
  const key = await createKey(fixture.ctx, OPERATOR, input);
  if (!key.ok) throw new Error(JSON.stringify(key.error));
  const owner: Actor = { kind: "member", userId: "u", customerId, role: "owner" };
  return { ...key.value, customerId, owner };
}

test("after a rotation both texts open the same key until the overlap ends, then the new one alone", async () => {
  const { ctx } = fixture;
  const { id, key, owner } = await made("rotated");
  const rotated = await rotateKey(ctx, owner, { id, overlapHours: 2 });
  if (!rotated.ok) throw new Error(rotated.error.kind);
  expect(rotated.value.previousUntil).toEqual(new Date(ctx.clock().getTime() + 2 * HOUR_MS));
  expect(await ring.authenticate(key)).toMatchObject({ keyId: id });
  expect(await ring.authenticate(rotated.value.key)).toMatchObject({ keyId: id });
  fixture.prices.advance(2 * HOUR_MS - 1);
  expect(await ring.authenticate(key)).toMatchObject({ keyId: id });
  fixture.prices.advance(1);
  expect(await ring.authenticate(key)).toBeNull();
  expect(await ring.authenticate(rotated.value.key)).toMatchObject({ keyId: id });
  const [noted] = await database.sql`
    select before, after from ratebook.audit_entry where action = 'api_key.rotate' and subject = ${id}`;
  expect(JSON.stringify(noted)).not.toContain(rotated.value.key);
});

test("a second rotation ends the text before the last, no overlap ends it at once, a revocation ends all", async () => {
  const { ctx } = fixture;
  const { id, key, owner } = await made("twice");
  const second = await rotateKey(ctx, owner, { id });
  const third = await rotateKey(ctx, owner, { id });
  if (!second.ok || !third.ok) throw new Error("both were rotated");
  expect(await ring.authenticate(key)).toBeNull();
  expect(await ring.authenticate(second.value.key)).not.toBeNull();
  const fourth = await rotateKey(ctx, owner, { id, overlapHours: 0 });
  if (!fourth.ok) throw new Error(fourth.error.kind);
  expect(await ring.authenticate(third.value.key)).toBeNull();
  const fifth = await rotateKey(ctx, owner, { id });
  await revokeKey(ctx, owner, { id });
  for (const text of [fourth.value.key, fifth.ok ? fifth.value.key : ""]) {
    expect(await ring.authenticate(text)).toBeNull();
  }
  expect(await rotateKey(ctx, owner, { id })).toMatchObject({ ok: false, error: { kind: "key_not_found" } });
});

test("a key carries its own rate limit, and another one from the next request on", async () => {
  const { ctx } = fixture;
  const { id, key, owner } = await made("limited", { requestsPerMinute: 30 });
  expect(await ring.authenticate(key)).toMatchObject({ requestsPerMinute: 30 });
  expect(await changeKey(ctx, owner, { id, requestsPerMinute: 60, name: "renamed" })).toMatchObject({
    ok: true,
  });
  expect(await ring.authenticate(key)).toMatchObject({ requestsPerMinute: 60 });
  expect(await changeKey(ctx, owner, { id, requestsPerMinute: null })).toMatchObject({ ok: true });
  expect(await ring.authenticate(key)).not.toHaveProperty("requestsPerMinute");
  expect(await listKeys(ctx, owner, {})).toMatchObject({
    value: [{ name: "renamed", requestsPerMinute: null }],
  });
});

test("rights and budget change together or not at all; a member takes rights away and grants reading alone", async () => {
  const { ctx } = fixture;
  const { id, key, owner } = await made("rights", { scopes: ["read", "usage:write"] });
  const budget = { period: "month", limit: dollars("25") } as const;
  // What an operator granted may stay.
  expect(await changeKey(ctx, owner, { id, scopes: ["usage:write", "read"], budget })).toMatchObject({
    ok: true,
  });
  const budgetOf = () => listBudgets(ctx, owner, { subject: "key", subjectId: id, limit: 10 });
  expect(await budgetOf()).toMatchObject({ value: { items: [{ limit: dollars("25") }] } });
  expect(await changeKey(ctx, owner, { id, scopes: ["read"] })).toMatchObject({ ok: true });
  expect(await ring.authenticate(key)).toMatchObject({ scopes: ["read"] });
  const raised = {
    id,
    scopes: ["read", "usage:write"],
    budget: { ...budget, limit: dollars("1000") },
  } as const;
  expect(await changeKey(ctx, owner, raised)).toMatchObject({ error: { kind: "access_denied" } });
  expect(await changeKey(ctx, OPERATOR, { id, scopes: ["clock:tick"] })).toMatchObject({
    error: { field: "scopes" },
  });
  expect(await budgetOf()).toMatchObject({ value: { items: [{ limit: dollars("25") }] } });
  const [noted] = await database.sql`
    select before, after from ratebook.audit_entry where action = 'api_key.update' and subject = ${id}`;
  expect(noted).toMatchObject({ before: { scopes: ["read", "usage:write"] }, after: { scopes: ["read"] } });
});

test("a key is made with its budget, or not at all", async () => {
  const { ctx } = fixture;
  const budget = { period: "month", limit: dollars("25") } as const;
  const { id, customerId, owner } = await made("with-budget", { budget });
  expect(await listBudgets(ctx, owner, { limit: 10 })).toMatchObject({
    value: { items: [{ subject: "key", subjectId: id, name: "with-budget", limit: dollars("25") }] },
  });
  const make = (more: Partial<CreateKeyInput>) =>
    createKey(ctx, OPERATOR, {
      kind: "customer",
      customer: customerId,
      name: "bad",
      scopes: ["read"],
      budget: { ...budget, limit: dollars("0") },
      ...more,
    });
  expect(await make({})).toMatchObject({ ok: false, error: { field: "limit" } });
  expect(await make({ kind: "service", customer: undefined })).toMatchObject({ error: { field: "budget" } });
  const kept = await database.sql`select 1 from ratebook.api_key where name = 'bad'`;
  expect(kept).toHaveLength(0);
});

test("bad terms and other organizations' keys are refused, and nothing changes", async () => {
  const { ctx } = fixture;
  const [mine, theirs] = [await made("key-mine"), await made("key-theirs")];
  const soon = new Date(ctx.clock().getTime() - 1);
  for (const [more, field] of [
    [{ requestsPerMinute: 0 }, "requestsPerMinute"],
    [{ requestsPerMinute: 1.5 }, "requestsPerMinute"],
    // More than any key may by itself is the operator's to grant.
    [{ requestsPerMinute: 6_001 }, "requestsPerMinute"],
    [{ expiresAt: soon }, "expiresAt"],
  ] as const) {
    expect(await changeKey(ctx, mine.owner, { id: mine.id, ...more })).toMatchObject({ error: { field } });
  }
  expect(await rotateKey(ctx, mine.owner, { id: mine.id, overlapHours: 169 })).toMatchObject({
    error: { field: "overlapHours" },
  });
  for (const change of [rotateKey, changeKey]) {
    expect(await change(ctx, mine.owner, { id: theirs.id })).toMatchObject({
      error: { kind: "key_not_found" },
    });
  }
  const program: Actor = { kind: "key", keyId: mine.id, customerId: mine.customerId, scopes: ["read"] };
  expect(await rotateKey(ctx, program, { id: mine.id })).toMatchObject({ error: { kind: "access_denied" } });
  expect(await ring.authenticate(theirs.key)).not.toBeNull();
  expect(await ring.authenticate(mine.key)).toMatchObject({ keyId: mine.id });
});
