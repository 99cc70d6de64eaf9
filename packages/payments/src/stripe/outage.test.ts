import { randomUUID } from "node:crypto";
import type { ChargeCard } from "@ratebook/billing";
import { expect, test } from "vitest";
import { createStripeRail } from "./create-stripe-rail.ts";

const KEY = "sk_test_very_secret";
const charge: ChargeCard = {
  customerId: "cus_1",
  cardId: "pm_1",
  orderId: "o1",
  amountCents: 1000n,
  title: "Top-up",
  returnUrl: "https://shop.example/",
  idempotencyKey: randomUUID(),
};

/** The rail at a Stripe that always answers the same. */
const railAt = (answer: () => Promise<Response>) =>
  createStripeRail({ secretKey: KEY, webhookSecrets: [], maxNetworkRetries: 0, fetch: answer });
const saying = (status: number, error: Record<string, unknown>) =>
  railAt(async () => Response.json({ error }, { status }));

test("no answer, Stripe's own failures, too many requests and a key in use leave a charge ambiguous", async () => {
  const rails = [
    railAt(() => Promise.reject(new TypeError("connection reset"))),
    railAt(async () => new Response("<html>bad gateway</html>", { status: 502 })),
    saying(500, { type: "api_error", message: "oops" }),
    saying(429, { type: "invalid_request_error", code: "lock_timeout", message: "later" }),
    saying(409, { type: "idempotency_error", code: "idempotency_key_in_use", message: "busy" }),
  ];
  for (const rail of rails) {
    expect((await rail.charge(charge)).kind).toBe("ambiguous");
    expect(await rail.readPayment("pi_1")).toMatchObject({ ok: false, error: { kind: "rail_unavailable" } });
  }
});

test("a request that Stripe refuses charges nothing, and says so", async () => {
  const bad = saying(400, { type: "invalid_request_error", param: "amount", message: "no" });
  expect(await bad.charge(charge)).toMatchObject({
    kind: "refused",
    error: { kind: "rail_refused", param: "amount" },
  });
});

test("a refused key is named without the key", async () => {
  for (const status of [401, 403]) {
    const rail = saying(status, { type: "invalid_request_error", message: `Invalid API Key: ${KEY}` });
    const refused = await rail.charge(charge);
    expect(refused).toMatchObject({ kind: "refused", error: { kind: "rail_unauthorized" } });
    expect(JSON.stringify(refused)).not.toContain(KEY);
  }
});

test("the SDK repeats a lost request under the same idempotency key, and sends no telemetry", async () => {
  const keys: (string | null)[] = [];
  let telemetry = false;
  const rail = createStripeRail({
    secretKey: KEY,
    webhookSecrets: [],
    maxNetworkRetries: 1,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      keys.push(request.headers.get("idempotency-key"));
      telemetry ||= request.headers.has("x-stripe-client-telemetry");
      return Response.json({ error: { type: "api_error", message: "oops" } }, { status: 500 });
    },
  });
  expect((await rail.charge(charge)).kind).toBe("ambiguous");
  expect(keys).toEqual([charge.idempotencyKey, charge.idempotencyKey]);
  expect(telemetry).toBe(false);
});

test("only a live key is live", () => {
  const live = (secretKey: string) => createStripeRail({ secretKey, webhookSecrets: [] }).live;
  expect(live("sk_live_1")).toBe(true);
  expect(live("rk_live_1")).toBe(true);
  expect(live("sk_test_1")).toBe(false);
});
