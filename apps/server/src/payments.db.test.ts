import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createKey } from "@ratebook/billing";
import { expectBooksBalance } from "@ratebook/billing/testing";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { seedDemo } from "../../../scripts/serve/seed-demo.ts";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

const settings = { stripeSecretKey: null, stripeWebhookSecret: null, sandbox: true, embeddedDatabase: false };
let server: TestRatebook;
let key: string;

beforeAll(async () => {
  server = await startTestRatebook({ payments: settings });
  key = (await seedDemo(server.ctx, server.auth)).apiKey;
});

afterAll(async () => {
  await expectBooksBalance(server.database.sql);
  await server.drop();
});

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  server.call(path, { method: "POST", key, body, headers });

/** Fills in the sandbox's page as a person does. */
async function payOnPage(url: unknown, card: string): Promise<Response> {
  const page = await (await fetch(String(url))).text();
  const action = new URL(/<form[^>]*action="([^"]+)"/.exec(page)?.[1] ?? "", String(url));
  const body = new URLSearchParams({ card, number: card, expiry: "12/34", cvc: "123" });
  return fetch(action, {
    method: "POST",
    body,
    redirect: "manual",
    headers: { origin: new URL(server.url).origin },
  });
}

test("packs are listed for everybody, by both spellings", async () => {
  const short = await server.call("/api/stripe/credit-packs");
  expect(short).toMatchObject({
    status: 200,
    body: {
      creditPacks: [
        { slug: "starter", credits: "10.00", price_cents: 1000, bonusCredits: "0", is_active: true },
        { slug: "growth", credits: "50.00", price_cents: 5000, bonusCredits: "2.5" },
        { slug: "scale", credits: "200.00", price_cents: 20000, bonusCredits: "20" },
      ],
    },
  });
  expect((await server.call("/api/v1/credits/packs")).body).toEqual(short.body);
});

test("a pack bought on the page is credited by the webhook, and verify tells so", async () => {
  const opened = await post("/api/stripe/create-checkout-session", { packId: "growth" });
  expect(opened).toMatchObject({
    status: 200,
    body: { sessionId: expect.any(String), url: expect.any(String) },
  });
  const { sessionId, url } = opened.body;
  const verify = () => server.call(`/api/v1/credits/verify?session_id=${String(sessionId)}`, { key });
  expect((await verify()).body).toMatchObject({ success: false, status: "delivered", creditsAdded: 0 });
  const paid = await payOnPage(url, "4242424242424242");
  expect(paid.status).toBe(303);
  await vi.waitFor(
    async () =>
      expect((await verify()).body).toMatchObject({
        success: true,
        amount: 50,
        creditsAdded: 52.5,
        newBalance: 152.5,
      }),
    { timeout: 60_000, interval: 100 },
  );
});

test("the same key gives the same page; another amount under it is refused", async () => {
  const headers = { "Idempotency-Key": "purchase-0001" };
  const first = await post("/api/v1/credits/checkout", { amount: 25 }, headers);
  expect(first).toMatchObject({ status: 200, body: { success: true, url: first.body.checkoutUrl } });
  expect((await post("/api/v1/credits/checkout", { credits: "25" }, headers)).body).toEqual(first.body);
  expect(await post("/api/v1/credits/checkout", { amount: 26 }, headers)).toMatchObject({
    status: 422,
    body: { code: "idempotency_conflict" },
  });
});

describe("bad input names its field and sells nothing", () => {
  test.each([
    ["/api/stripe/create-checkout-session", { packId: "gold" }, 404, undefined],
    ["/api/stripe/create-checkout-session", {}, 400, "amount"],
    ["/api/stripe/create-checkout-session", { packId: "growth", creditPackId: "scale" }, 400, "packId"],
    ["/api/v1/credits/checkout", {}, 400, "amount"],
    ["/api/v1/credits/checkout", { amount: 0.5 }, 400, "amount"],
    ["/api/v1/credits/checkout", { amount: 1001 }, 400, "amount"],
    ["/api/v1/credits/checkout", { credits: 0.5 }, 400, "credits"],
    ["/api/v1/credits/checkout", { amountUsd: 1001 }, 400, "amountUsd"],
    ["/api/stripe/create-checkout-session", { creditPackId: "growth", amount: 5 }, 400, "creditPackId"],
    ["/api/stripe/create-checkout-session", { amount: 5, returnUrl: "//evil.example" }, 400, "returnUrl"],
    ["/api/v1/credits/checkout", { amount: 10, credits: 11 }, 400, "amount"],
    ["/api/v1/credits/checkout", { amount: 10, success_url: "https://evil.example/" }, 400, "success_url"],
    ["/api/v1/credits/checkout", { amount: 10, cancel_url: "//evil.example" }, 400, "cancel_url"],
    ["/api/v1/credits/verify", { sessionId: "cs_nobody" }, 404, undefined],
    ["/api/auto-top-up/settings", { amount: 0.99 }, 400, "amount"],
    ["/api/auto-top-up/settings", { amount: 5000 }, 400, "amount"],
    ["/api/auto-top-up/settings", { threshold: -1 }, 400, "threshold"],
    ["/api/payment-methods/remove", { paymentMethodId: "pm_nobody" }, 404, undefined],
  ])("%s %j", async (path, body, status, field) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ success: false, details: field === undefined ? {} : { field } });
  });
});

test("auto top-up is set by REST, shown in the summary, and triggered only where it is due", async () => {
  expect(await post("/api/auto-top-up/settings", { enabled: true, threshold: 10, amount: 50 })).toMatchObject(
    {
      status: 200,
      body: {
        success: true,
        settings: {
          enabled: true,
          amount: 50,
          threshold: 10,
          hasPaymentMethod: true,
          dailyCap: 150,
          monthlyCap: 500,
        },
      },
    },
  );
  expect((await server.call("/api/v1/credits/summary", { key })).body).toMatchObject({
    organization: {
      autoTopUpEnabled: true,
      autoTopUpThreshold: 10,
      autoTopUpAmount: 50,
      hasPaymentMethod: true,
    },
  });
  expect((await post("/api/auto-top-up/trigger", {})).body).toMatchObject({
    success: false,
    message: "The balance is not below the threshold.",
    threshold: 10,
  });
  const settings = await server.call("/api/v1/billing/settings", {
    method: "PUT",
    key,
    body: { autoTopUp: { enabled: false } },
  });
  expect(settings.body).toMatchObject({ settings: { autoTopUp: { enabled: false, amount: 50 } } });
  const refused = await server.call("/api/v1/billing/settings", {
    method: "PUT",
    key,
    body: { alerts: { email: false }, autoTopUp: { amount: 5000 } },
  });
  expect(refused).toMatchObject({ status: 400, body: { details: { field: "autoTopUp.amount" } } });
  const kept = await server.call("/api/v1/billing/settings", { key });
  expect(kept.body).toMatchObject({ settings: { alerts: { email: true } } });
  const cards = await server.call("/api/payment-methods/list", { key });
  expect(cards.body).toMatchObject({ paymentMethods: [{ last4: "4242", isDefault: true }] });
});

test("a request refused for money has the wallet looked at, and refilled where its rule says so", async () => {
  // Already below, so no fall announces it.
  const rule = { enabled: true, threshold: 200, amount: 50 };
  expect((await post("/api/auto-top-up/settings", rule)).status).toBe(200);
  const before = (await server.call("/api/v1/credits/balance", { key })).body.balance;
  const refused = await post("/api/v1/holds", { amount: "10000" }, { "Idempotency-Key": "much-too-much" });
  expect(refused).toMatchObject({ status: 402, body: { code: "insufficient_credits" } });
  await vi.waitFor(
    async () =>
      expect((await server.call("/api/v1/credits/balance", { key })).body.balance).toBe(Number(before) + 50),
    { timeout: 60_000, interval: 100 },
  );
  const attempts = await server.database.sql`select trigger, state from ratebook.auto_top_up_attempt`;
  expect(attempts.map((attempt) => ({ ...attempt }))).toEqual([{ trigger: "refused", state: "succeeded" }]);
  await post("/api/auto-top-up/settings", { enabled: false });
});

test("a pack that is off is as unknown as one that never was", async () => {
  await server.database.sql`update ratebook.credit_pack set active = false where slug = 'scale'`;
  expect(await post("/api/stripe/create-checkout-session", { packId: "scale" })).toMatchObject({
    status: 404,
    body: { success: false, code: "resource_not_found" },
  });
  await server.database.sql`update ratebook.credit_pack set active = true where slug = 'scale'`;
});

test("a webhook without a signature, or with another body, is refused", async () => {
  const send = (headers: Record<string, string>) =>
    server.call("/api/stripe/webhook", { method: "POST", body: { id: "evt_1" }, headers });
  expect(await send({})).toMatchObject({ status: 400, body: { code: "webhook_unsigned" } });
  const signature = `t=${Math.floor(Date.now() / 1000)},v1=${"0".repeat(64)}`;
  expect(await send({ "stripe-signature": signature })).toMatchObject({
    status: 400,
    body: { code: "webhook_signature_mismatch" },
  });
});

test("a server that nobody gave a rail sells nothing and says so", async () => {
  const bare = await startTestRatebook();
  try {
    const made = await createKey(
      bare.ctx,
      { kind: "system", name: "test" },
      {
        kind: "customer",
        name: "bare",
        scopes: ["read"],
        customer: (await seedDemo(bare.ctx, bare.auth)).organizationId,
      },
    );
    if (!made.ok) throw new Error(made.error.kind);
    const answer = await bare.call("/api/v1/credits/checkout", {
      method: "POST",
      key: made.value.key,
      body: { amount: 10 },
    });
    expect(answer).toMatchObject({ status: 503, body: { code: "payments_not_configured" } });
    expect(await bare.call("/api/stripe/webhook", { method: "POST", body: {} })).toMatchObject({
      status: 503,
    });
  } finally {
    await bare.drop();
  }
});

test("a live key is refused while test purchases remain, and the refusal names the command that ends them", async () => {
  const live = {
    stripeSecretKey: "sk_live_of_nobody",
    stripeWebhookSecret: "whsec_of_nobody",
    sandbox: false,
    embeddedDatabase: false,
  };
  const { url: databaseUrl, ownerUrl: databaseOwnerUrl } = server.database;
  const start = () => startTestRatebook({ payments: live, databaseUrl, databaseOwnerUrl });
  await expect(start()).rejects.toThrow("`npm run ratebook -- purge-sandbox`");
  const ratebook = promisify(execFile);
  const command = fileURLToPath(new URL("../../../scripts/ratebook/src/main.ts", import.meta.url));
  const env = { ...process.env, DATABASE_URL: databaseUrl, DATABASE_OWNER_URL: databaseOwnerUrl };
  const run = (...options: string[]) =>
    ratebook(process.execPath, [command, "purge-sandbox", ...options], { env });
  expect((await run()).stdout).toContain("2 test purchases remain.");
  // The pack's 50 with its bonus and the refill; the demo's 100 were a gift.
  expect(JSON.parse((await run("--yes", "--json")).stdout)).toEqual({
    purchases: 2,
    taken: "102.5",
    held: 0,
  });
  await (await start()).drop();
});
