import { createSandboxStore } from "@ratebook/billing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStripeRail } from "../stripe/create-stripe-rail.ts";
import { customer } from "../testing/rail-contract.ts";
import { createSandbox, type Sandbox } from "./create-sandbox.ts";

let database: TestDatabase;
const running: Sandbox[] = [];

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(async () => {
  for (const sandbox of running) await sandbox.stop();
  await database.drop();
});

function open(deliverWebhook: (body: string) => Promise<number>) {
  const sandbox = createSandbox({
    store: createSandboxStore(database),
    clock: () => new Date(),
    secretKey: "sk_test_sandbox",
    webhookSecret: "whsec_test",
    pageUrl: "http://127.0.0.1/sandbox",
    deliverWebhook,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  running.push(sandbox);
  const rail = createStripeRail({
    name: "sandbox",
    secretKey: "sk_test_sandbox",
    webhookSecrets: [],
    // No network at all: the SDK speaks to the simulator in this process.
    fetch: async (input, init) => await sandbox.api.fetch(new Request(input, init)),
  });
  return { sandbox, rail };
}

test("a webhook leaves by itself, and one left behind by a dead process leaves at the next start", async () => {
  const first = Promise.withResolvers<string>();
  const one = open(async (body) => {
    first.resolve(body);
    return 200;
  });
  const customerId = await customer(one.rail);
  expect(await first.promise).toContain(customerId);
  await one.sandbox.stop();

  const orphan = await customer(one.rail);
  const second = Promise.withResolvers<string>();
  const two = open(async (body) => {
    second.resolve(body);
    return 200;
  });
  two.sandbox.start();
  const body = await second.promise;
  expect(body).toContain(orphan);
  expect(body).not.toContain(customerId);
});
