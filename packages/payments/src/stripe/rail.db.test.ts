import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { railContract } from "../testing/rail-contract.ts";
import { CALLS, callOf, createRequestCheck } from "../testing/request-schemas.ts";
import { type SandboxFixture, sandboxFixture } from "../testing/sandbox-fixture.ts";
import { createStripeRail } from "./create-stripe-rail.ts";

let database: TestDatabase;
let fixture: SandboxFixture;

beforeAll(async () => {
  database = await testDatabase();
  fixture = await sandboxFixture(database);
});

afterAll(async () => {
  await fixture.close();
  await database.drop();
});

describe("the rail on the simulator", () => {
  railContract(() => fixture.rail);

  test("every request that the SDK sent is one that the SDK's own types allow, and every call was sent", async () => {
    await fixture.rail.readInvoice("in_neverwas");
    const check = createRequestCheck();
    expect(fixture.fetch.sent.flatMap(check)).toEqual([]);
    expect([...new Set(fixture.fetch.sent.map(callOf))].sort()).toEqual(Object.keys(CALLS).sort());
  });
});

// The same lines at Stripe itself, in test mode: they prove that the simulator does not flatter the rail.
const testKey = process.env["STRIPE_TEST_KEY"];
if (testKey?.startsWith("sk_test_")) {
  const rail = createStripeRail({ secretKey: testKey, webhookSecrets: [] });
  describe("the rail at Stripe, in test mode", () => railContract(() => rail));
} else {
  console.log("Left out: the rail's contract at Stripe itself, which needs a test key in STRIPE_TEST_KEY.");
}
