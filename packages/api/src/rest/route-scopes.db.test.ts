import type { Scope } from "@ratebook/billing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BillingDoors, billingDoors } from "../testing/billing-doors.ts";
import { allRoutes } from "./all-routes.ts";
import type { Route } from "./route.ts";

/** Rights of a customer's own key, and of the platform's service keys. */
const CUSTOMERS: readonly Scope[] = ["read", "usage:write", "usage:backfill"];
const PLATFORMS: readonly Scope[] = ["usage:any", "customers:write", "webhooks:write"];

/** The right without which each route refuses a key; of two that will do, the sentence names both. */
const NEEDED: { [operationId: string]: string } = {
  ...of("read", [
    ...["creditsSummary", "creditsBalance", "creditsBalanceShort", "listTransactions", "listTransactionsV1"],
    ...["createCheckoutSession", "creditsCheckout", "verifyCheckout", "verifyCheckoutPost"],
    ...["autoTopUpSettings", "saveAutoTopUpSettings", "simulateAutoTopUp", "triggerAutoTopUp"],
    ...["listPaymentMethods", "attachPaymentMethod", "removePaymentMethod", "setDefaultPaymentMethod"],
    ...["billingSettings", "saveBillingSettings"],
    ...["listInvoices", "getInvoice", "listStatements", "getStatement"],
    ...["topUpWithX402", "x402Offer", "topUp10WithX402", "topUp50WithX402", "topUp100WithX402"],
    ...["listUsage", "shadowReport", "usageOverview", "exportUsage", "getReceipt", "listHolds"],
    ...["containerQuota", "listContainers", "getContainer", "listResources"],
    ...["getCustomer", "getCustomerBalance", "getOwnContract"],
  ]),
  ...of("usage:write", [
    ...["recordUsage", "recordUsageBatch", "ingestCloudEvents", "ingestLitellm", "ingestOtlpTraces"],
    ...["placeHold", "settleHold", "extendHold", "releaseHold"],
    ...["createContainer", "changeContainer", "deleteContainer", "createResource", "recordStorageSamples"],
    ...["upsertAgent", "upsertApp"],
  ]),
  ...of("read or usage:write", ["quoteUsage"]),
  ...of("read", ["listWebhookEndpoints", "listWebhookDeliveries", "getWebhookDelivery"]),
  ...of("webhooks:write or customers:write", [
    ...["createWebhookEndpoint", "changeWebhookEndpoint", "deleteWebhookEndpoint", "rotateWebhookSecret"],
    ...["testWebhookEndpoint", "replayWebhookWindow", "replayWebhookDelivery"],
  ]),
  ...of("usage:any", [
    ...["listResourceIntents", "acknowledgeResourceIntent", "listUnreportedDeployments"],
    ...["createPortalSession"],
  ]),
  ...of("customers:write", ["upsertCustomer", "grantCredits"]),
};

/** Tells every key the same. */
const FOR_EVERYBODY = ["listWebhookKinds"];

const keyed = allRoutes.filter(
  ({ auth, operationId }) => auth === "key" && !FOR_EVERYBODY.includes(operationId),
);

let doors: BillingDoors;
let customer: string;
beforeAll(async () => {
  doors = await billingDoors();
  customer = (await doors.customer("scoped", "10")).id;
});
afterAll(() => doors.close());

test("every route that asks for a key says what the key needs", () => {
  expect(Object.keys(NEEDED).sort()).toEqual(keyed.map(({ operationId }) => operationId).sort());
});

describe("a key with every right but the one", () => {
  test.each(keyed.map((route) => [route.operationId, route] as const))(
    "is refused: %s",
    async (id, route) => {
      const needed = NEEDED[id] ?? "";
      const rights = CUSTOMERS.filter((scope) => !needed.split(" or ").includes(scope));
      const refused = await send(route, await doors.keyFor(customer, rights));
      expect(refused.status).toBe(403);
      const sentence = expect.stringContaining(needed);
      expect(refused.body).toMatchObject(
        // PERMISSION_DENIED, where the protocol says so.
        route.failure ? { code: 7, message: sentence } : { code: "access_denied", error: sentence },
      );
      if (!ofPlatform(needed)) return;
      const others = await doors.serviceKey(
        PLATFORMS.filter((scope) => !needed.split(" or ").includes(scope)),
      );
      expect((await send(route, others, { "x-customer": "scoped" })).status).toBe(403);
    },
  );
});

describe("a key with that right alone", () => {
  test.each(keyed.map((route) => [route.operationId, route] as const))("comes in: %s", async (id, route) => {
    const needed = NEEDED[id] ?? "read";
    const platform = ofPlatform(needed);
    const key = platform
      ? await doors.serviceKey(["usage:any", "customers:write"])
      : await doors.keyFor(
          customer,
          CUSTOMERS.filter((scope) => needed.startsWith(scope)),
        );
    const answer = await send(route, key, platform ? { "x-customer": "scoped" } : {});
    expect(answer.status, answer.text).not.toBe(403);
    expect(answer.status, answer.text).not.toBe(401);
  });
});

/** Sends a route's own example, in words that fit the customer. */
function send(route: Route, key: string, headers: Record<string, string> = {}) {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    name === "externalId" ? "scoped" : name === "month" ? "2026-11" : crypto.randomUUID(),
  );
  const body = BODIES[route.operationId] ?? route.example ?? {};
  return doors.send(route.method.toUpperCase(), `${path}${QUERIES[route.operationId] ?? ""}`, {
    key,
    headers: { "idempotency-key": crypto.randomUUID(), ...headers },
    ...(route.body !== undefined && { body }),
  });
}

const ofPlatform = (needed: string): boolean =>
  PLATFORMS.some((scope) => needed.split(" or ").includes(scope));

function of(scope: string, ids: readonly string[]): { [id: string]: string } {
  return Object.fromEntries(ids.map((id) => [id, scope]));
}

const QUERIES: { [operationId: string]: string } = {
  verifyCheckout: "?session_id=cs_test_1",
  exportUsage: "?format=json",
};
const BODIES: { [operationId: string]: unknown } = {
  // A budget is set by owners and service keys alone, whatever the key's rights.
  upsertAgent: { name: "Research agent" },
  createPortalSession: {},
};
