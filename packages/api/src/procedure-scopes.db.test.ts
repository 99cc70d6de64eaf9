import type { Actor } from "@ratebook/billing";
import { type UsageFixture, usageFixture } from "@ratebook/billing/testing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { TRPCError } from "@trpc/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { appRouter, createCaller } from "./root.ts";
import { sampleInput } from "./testing/sample-input.ts";

/** What anybody may ask; who is signed in, and prices. */
const PUBLIC = [
  "accounts.me",
  "ops.readiness",
  "payments.packs",
  "payments.plans",
  "pricing.facets",
  "pricing.model",
  "pricing.models",
  "pricing.preview",
  "pricing.summary",
];

let database: TestDatabase;
let fixture: UsageFixture;
let customerId: string;
beforeAll(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
  customerId = (await fixture.customer("without rights", "1")).id;
});
afterAll(async () => {
  await fixture.close();
  await database.drop();
});

/** Every procedure by its whole path: at run time the router keeps them flat, whatever its type says. */
const ALL = appRouter._def.procedures as unknown as { [path: string]: { _def: { inputs: unknown[] } } };
const procedures = Object.keys(ALL).filter((path) => !PUBLIC.includes(path));

async function ask(path: string, actor: Actor | null): Promise<unknown> {
  const [schema] = ALL[path]?._def.inputs ?? [];
  const caller: unknown = createCaller({ billing: fixture.ctx, actor, requestId: "test" });
  const call = path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], caller);
  const given = INPUTS[path] ?? (schema instanceof z.ZodType ? sampleInput(schema) : undefined);
  return (call as (input: unknown) => Promise<unknown>)(given).catch((error: unknown) =>
    error instanceof TRPCError ? `${error.code}: ${error.message}` : error,
  );
}

const INPUTS: { [path: string]: unknown } = {
  "statements.get": { month: "2026-11" },
  "statements.csv": { month: "2026-11" },
  "statements.pdf": { month: "2026-11" },
};

/** For whoever has a credential: lists of what there is, the same for every customer. */
const FOR_EVERYBODY = ["alerts.eventKinds", "resources.kinds"];

test.each(procedures)("a key without rights is refused, and nobody is asked to sign in: %s", async (path) => {
  const key: Actor = { kind: "key", keyId: "k", customerId, scopes: [] };
  if (!FOR_EVERYBODY.includes(path)) expect(await ask(path, key)).toMatch(/^FORBIDDEN/);
  expect(await ask(path, null)).toMatch(/^UNAUTHORIZED/);
});

test.each(procedures)("a service key without usage:any acts for nobody: %s", async (path) => {
  const key: Actor = { kind: "service", keyId: "k", scopes: ["read"] };
  // An id that nobody has is told as such before anybody is found whose it would be.
  if (!FOR_EVERYBODY.includes(path)) expect(await ask(path, key)).toMatch(/^(FORBIDDEN|NOT_FOUND)/);
});
