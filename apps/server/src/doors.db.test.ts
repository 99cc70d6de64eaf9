import { createHash } from "node:crypto";
import { createClient } from "@ratebook/api/client";
import { adoptWorkerKey, createKey, importKey, type Scope, upsertCustomer } from "@ratebook/billing";
import { must } from "@ratebook/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

const SYSTEM = { kind: "system", name: "test" } as const;
let ratebook: TestRatebook;
let serviceKey: string;

beforeAll(async () => {
  ratebook = await startTestRatebook();
  serviceKey = await keyOf("service", ["read", "usage:write", "usage:any", "customers:write"]);
});
afterAll(() => ratebook?.drop());

async function keyOf(kind: "customer" | "service" | "worker", scopes: Scope[], customer?: string) {
  const created = await createKey(ratebook.ctx, SYSTEM, {
    kind,
    name: "test",
    scopes,
    customer,
  });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  return created.value.key;
}

async function newCustomer(externalId: string) {
  const created = await upsertCustomer(ratebook.ctx, SYSTEM, { externalId, name: externalId });
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  return created.value;
}

describe("customers by external id", () => {
  test("a service key creates a customer with a wallet once, and reads it", async () => {
    const body = { name: "Acme", email: "billing@acme.example", metadata: { plan: "team" } };
    const first = await ratebook.call("/api/v1/customers/acme", { method: "PUT", key: serviceKey, body });
    const again = await ratebook.call("/api/v1/customers/acme", { method: "PUT", key: serviceKey, body });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.customer).toEqual(first.body.customer);

    const balance = await ratebook.call("/api/v1/customers/acme/balance", { key: serviceKey });
    expect(balance.body).toEqual({ success: true, balance: 0, available: 0, pending: 0 });
    expect(balance.headers.get("cache-control")).toBe("no-store");
  });

  test("ten calls at once create one customer", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        ratebook.call("/api/v1/customers/rush", { method: "PUT", key: serviceKey, body: { name: "Rush" } }),
      ),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(9);
  });

  test("an ordinary key reads its own customer and is refused any other, existing or not", async () => {
    const own = await newCustomer("own");
    await newCustomer("other");
    const key = await keyOf("customer", ["read"], own.id);
    const statuses = await Promise.all(
      ["own", own.id, "other", "nobody"].map(
        async (id) => (await ratebook.call(`/api/v1/customers/${id}`, { key })).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 403, 403]);
    const put = await ratebook.call("/api/v1/customers/own", { method: "PUT", key, body: { name: "Mine" } });
    expect(put.status).toBe(403);
  });

  test("a service key names the customer by header; an agent of it keeps its name", async () => {
    await newCustomer("headed");
    const options = { method: "PUT", key: serviceKey, body: { name: "Researcher" } };
    const without = await ratebook.call("/api/v1/agents/a1", options);
    expect(without.status).toBe(400);
    const named = await ratebook.call("/api/v1/agents/a1", {
      ...options,
      headers: { "x-customer": "headed" },
    });
    expect(named.body).toMatchObject({ success: true, agent: { id: "a1", name: "Researcher" } });
    const both = await ratebook.call("/api/v1/agents/a1", {
      ...options,
      body: { name: "R", customer: "other" },
      headers: { "x-customer": "headed" },
    });
    expect([both.status, both.body.code]).toEqual([400, "validation_error"]);
  });
});

describe("keys", () => {
  test("a revoked key is refused at its next request", async () => {
    const customer = await newCustomer("revoking");
    const key = await keyOf("customer", ["read"], customer.id);
    const path = `/api/v1/customers/${customer.id}`;
    expect((await ratebook.call(path, { key })).status).toBe(200);
    await ratebook.ctx.sql`update ratebook.api_key set revoked_at = now() where customer_id = ${customer.id}`;
    const refused = await ratebook.call(path, { key });
    expect([refused.status, refused.body.code]).toEqual([401, "authentication_required"]);
  });

  test("an expired key is refused", async () => {
    const customer = await newCustomer("expiring");
    const key = await keyOf("customer", ["read"], customer.id);
    await ratebook.ctx.sql`update ratebook.api_key set expires_at = now() where customer_id = ${customer.id}`;
    expect((await ratebook.call(`/api/v1/customers/${customer.id}`, { key })).status).toBe(401);
  });

  test("the header X-API-Key does as well, and no key is 401", async () => {
    await newCustomer("headers");
    const path = "/api/v1/customers/headers";
    expect((await ratebook.call(path, { headers: { "x-api-key": serviceKey } })).status).toBe(200);
    const none = await ratebook.call(path);
    expect(none.status).toBe(401);
    expect(none.body).toMatchObject({ success: false, code: "authentication_required", details: {} });
  });

  test("a hundred requests at once with different keys are all told apart", async () => {
    const customers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => newCustomer(`many-${index}`)),
    );
    const keys = await Promise.all(customers.map((customer) => keyOf("customer", ["read"], customer.id)));
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => {
        const at = index % 20;
        return ratebook.call(`/api/v1/customers/many-${at}`, { key: must(keys[at], "made above") });
      }),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 100 }, () => 200));
  });
});

describe("errors", () => {
  const put = (body: unknown, headers: Record<string, string> = {}) =>
    ratebook.call("/api/v1/customers/errors", { method: "PUT", key: serviceKey, body, headers });

  test("a bad field is named in the sentence and in the details", async () => {
    const answer = await put({ name: "" });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      success: false,
      code: "validation_error",
      details: { field: "name" },
    });
    expect(answer.body.error).toMatch(/^name: /);
    const unknown = await put({ name: "A", nmae: "A" });
    expect(unknown.body).toMatchObject({ details: { field: "nmae" } });
  });

  test("NUL and half a surrogate pair are refused, not stored", async () => {
    expect((await put({ name: "a\0b" })).status).toBe(400);
    expect((await put({ name: "ok", metadata: { note: "\ud800" } })).status).toBe(400);
  });

  test("a body that is not JSON is 400, of another type 415, too large 413", async () => {
    expect((await put("{ not json")).status).toBe(400);
    expect((await put("<a/>", { "content-type": "text/xml" })).status).toBe(415);
    const large = await put({ name: "x".repeat(1_100_000) });
    expect([large.status, large.body.code]).toEqual([413, "payload_too_large"]);
  });

  test("a wrong method is 405 with Allow, an unknown address 404 as JSON", async () => {
    const wrong = await ratebook.call("/api/v1/customers/errors", { method: "DELETE", key: serviceKey });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "PUT, GET, HEAD, OPTIONS"]);
    const nowhere = await ratebook.call("/api/v1/nowhere");
    expect([nowhere.status, nowhere.body.code]).toEqual([404, "resource_not_found"]);
  });

  test("a route of the product that is not served says so", async () => {
    const answer = await ratebook.call("/api/v1/affiliates/me");
    expect([answer.status, answer.body.code]).toEqual([404, "not_offered"]);
  });
});

describe("headers", () => {
  test("key routes are open to other origins without credentials; cookie routes are closed", async () => {
    const headers = { origin: "https://elsewhere.example" };
    const open = await ratebook.call("/api/v1/customers/acme", { key: serviceKey, headers });
    expect(open.headers.get("access-control-allow-origin")).toBe("*");
    expect(open.headers.get("access-control-allow-credentials")).toBeNull();
    for (const path of ["/trpc/accounts.me", "/api/auth/get-session"]) {
      const closed = await ratebook.call(path, { headers });
      expect(closed.headers.get("access-control-allow-origin")).toBeNull();
    }
    const preflight = await ratebook.call("/api/v1/usage", {
      method: "OPTIONS",
      headers: { ...headers, "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
  });

  test("answers carry a request id, the limit's state and a policy without inline script", async () => {
    const answer = await ratebook.call("/api/v1/customers/acme", {
      key: serviceKey,
      headers: { "x-request-id": "trace-12345" },
    });
    expect(answer.headers.get("x-request-id")).toBe("trace-12345");
    expect(answer.headers.get("x-ratelimit-limit")).toBe("600000");
    expect(answer.headers.get("x-ratelimit-policy")).toBe("600000;w=60");
    expect(answer.headers.get("content-security-policy")).toContain("script-src 'self';");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

describe("operations", () => {
  test("alive is not ready while no prices are loaded, and metrics stay on this machine", async () => {
    expect((await ratebook.call("/health")).body).toEqual({ status: "ok" });
    const ready = await ratebook.call("/ready");
    expect(ready.status).toBe(503);
    expect(ready.body.checks).toEqual({ database: true, migrations: true, catalogue: false });
    const metrics = await ratebook.call("/metrics");
    expect(metrics.body.text).toContain("ratebook_ledger_waiting 0");
    expect(metrics.body.text).toContain("ratebook_catalogue_source_stale");
    expect((await ratebook.call("/metrics", { headers: { "x-forwarded-for": "1.2.3.4" } })).status).toBe(404);
  });
});

test("a key that asks too often is told when to come back; others go on", async () => {
  const limited = await startTestRatebook({ limits: { key: 2 } });
  try {
    const customer = await upsertCustomer(limited.ctx, SYSTEM, { externalId: "busy", name: "Busy" });
    if (!customer.ok) throw new Error(customer.error.kind);
    const keys = await Promise.all(
      ["one", "two"].map(async (name) => {
        const input = { kind: "customer", customer: customer.value.id, name, scopes: ["read"] } as const;
        const created = await createKey(limited.ctx, SYSTEM, input);
        if (!created.ok) throw new Error(created.error.kind);
        return created.value.key;
      }),
    );
    const ask = (index: number) =>
      limited.call("/api/v1/customers/busy", { key: must(keys[index], "two keys were made") });
    const remaining = [await ask(0), await ask(0)].map((answer) =>
      answer.headers.get("x-ratelimit-remaining"),
    );
    expect(remaining).toEqual(["1", "0"]);
    const refused = await ask(0);
    expect([refused.status, refused.body.code]).toEqual([429, "rate_limit_exceeded"]);
    const seconds = Number(refused.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(refused.body.retryAfter).toBe(seconds);
    expect(refused.headers.get("x-ratelimit-policy")).toBe("2;w=60");
    expect((await ask(1)).status).toBe(200);
  } finally {
    await limited.drop();
  }
});

test("an imported hash works with the key another system issued", async () => {
  const customer = await newCustomer("imported");
  const text = "sk-old-platform-key-0123456789";
  const input = {
    kind: "customer",
    customer: customer.id,
    name: "from before",
    scopes: ["read"],
    hash: createHash("sha256").update(text).digest("hex"),
    prefix: "sk-old",
    lastFour: "6789",
  } as const;
  const first = await importKey(ratebook.ctx, SYSTEM, input);
  const again = await importKey(ratebook.ctx, SYSTEM, input);
  expect(first).toMatchObject({ ok: true, value: { created: true } });
  expect(again).toEqual({ ok: true, value: { ...(first.ok && { id: first.value.id }), created: false } });
  expect((await ratebook.call("/api/v1/customers/imported", { key: text })).status).toBe(200);
});

test("the use of a key is noted once a minute, not at every request", async () => {
  const customer = await newCustomer("noted");
  const key = await keyOf("customer", ["read"], customer.id);
  const usedAt = async () => {
    const rows = await ratebook.ctx.sql<{ at: Date | null }[]>`
      select last_used_at as at from ratebook.api_key where customer_id = ${customer.id}`;
    return rows[0]?.at?.getTime() ?? null;
  };
  await ratebook.call("/api/v1/customers/noted", { key });
  await expect.poll(usedAt).not.toBeNull();
  const first = await usedAt();
  await ratebook.call("/api/v1/customers/noted", { key });
  await ratebook.call("/api/v1/customers/noted", { key });
  expect(await usedAt()).toBe(first);
});

test("a configured worker key may claim a source, and nothing beyond the worker's rights", async () => {
  const workerKey = `rbk_${"w".repeat(43)}`;
  const configured = await startTestRatebook({ workerKey });
  try {
    await adoptWorkerKey(configured.ctx, workerKey);
    const client = createClient({ url: configured.url, apiKey: workerKey });
    const claimed = await client.catalog.claim.mutate({
      source: "openrouter",
      slot: new Date("2026-11-22T00:00:00Z"),
      trigger: "schedule",
      worker: "test",
    });
    expect(claimed).not.toBeNull();
    expect((await configured.call("/api/v1/credits/balance", { key: workerKey })).status).toBe(403);
    const keys = await configured.ctx.sql`select 1 from ratebook.api_key where kind = 'worker'`;
    expect(keys).toHaveLength(1);
  } finally {
    await configured.drop();
  }
});
