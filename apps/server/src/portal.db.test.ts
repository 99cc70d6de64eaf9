import { createKey, saveBranding, upsertCustomer } from "@ratebook/billing";
import { OPERATOR } from "@ratebook/billing/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

let server: TestRatebook;
let service: string;
const ids: Record<string, string> = {};
beforeAll(async () => {
  server = await startTestRatebook();
  service = await key("service", ["usage:any"]);
  for (const externalId of ["acme", "other"]) {
    const made = await upsertCustomer(server.ctx, OPERATOR, { externalId, name: `${externalId} Inc.` });
    if (!made.ok) throw new Error(made.error.message);
    ids[externalId] = made.value.id;
  }
  await saveBranding(server.ctx, OPERATOR, {
    name: "Acme Cloud",
    color: "#5b21b6",
    logo: null,
    supportEmail: null,
    returnOrigins: ["https://app.acme.example"],
  });
});
afterAll(() => server.drop());

async function key(kind: "service" | "customer", scopes: ("usage:any" | "read")[], customer?: string) {
  const made = await createKey(server.ctx, OPERATOR, {
    kind,
    name: "test",
    scopes,
    ...(customer && { customer }),
  });
  if (!made.ok) throw new Error(made.error.kind);
  return made.value.key;
}
const create = (body: object, as = service) =>
  server.call("/api/v1/portal/sessions", { method: "POST", key: as, body });
async function token(customer = "acme"): Promise<string> {
  const made = await create({ customer, returnUrl: "https://app.acme.example/account" });
  return new URL(String(made.body.url)).hash.slice(1);
}
const begin = (given: string, origin: string | null = server.url) =>
  server.call("/api/v1/portal/begin", {
    method: "POST",
    body: { token: given },
    headers: origin === null ? {} : { origin },
  });
/** The cookie of a visit that has begun. */
async function visit(customer?: string): Promise<string> {
  const begun = await begin(await token(customer));
  expect(begun.status).toBe(200);
  return begun.headers.get("set-cookie")?.split(";")[0] ?? "";
}
/** Calls a typed procedure with a cookie, as the dashboard does. */
async function trpc(path: string, cookie: string, input: unknown = {}, change = false) {
  const json = JSON.stringify({ json: input });
  const response = await fetch(
    new URL(`/trpc/${path}${change ? "" : `?input=${encodeURIComponent(json)}`}`, server.url),
    change
      ? {
          method: "POST",
          headers: { cookie, origin: server.url, "content-type": "application/json" },
          body: json,
        }
      : { headers: { cookie } },
  );
  const body = (await response.json()) as { result?: { data: { json: unknown } } };
  return { status: response.status, data: body.result?.data.json };
}

describe("the address", () => {
  test("is made for the customer that is named, and its token is kept only as a hash", async () => {
    const made = await create({ customer: "acme", returnUrl: "https://app.acme.example/account" });
    expect(made.status).toBe(201);
    const url = new URL(String(made.body.url));
    expect(url.origin + url.pathname).toBe(`${server.url}/portal`);
    const rows = await server.database.sql`select * from ratebook.portal_session`;
    expect(JSON.stringify(rows)).not.toContain(url.hash.slice(1));
    const lifetime = Date.parse(String(made.body.expiresAt)) - Date.now();
    expect(lifetime).toBeGreaterThan(280_000);
    expect(lifetime).toBeLessThanOrEqual(300_000);
  });

  test.each([
    ["an origin nobody allowed", "https://evil.example/"],
    ["one that only looks like it", "https://app.acme.example.evil.example/"],
    ["one behind a user name", "https://app.acme.example@evil.example/"],
    ["another scheme", "http://app.acme.example/"],
    ["a script", "javascript:alert(1)"],
    ["a protocol-relative address", "//evil.example"],
    ["a path", "/\\evil.example"],
  ])("does not lead back to %s", async (_name, returnUrl) => {
    const made = await create({ customer: "acme", returnUrl });
    expect(made).toMatchObject({
      status: 400,
      body: { code: "validation_error", details: { field: "returnUrl" } },
    });
  });

  test("is for the platform's service keys alone, and for customers that exist", async () => {
    const own = await key("customer", ["read"], ids.acme);
    expect((await create({ customer: "acme" }, own)).status).toBe(403);
    expect((await create({ customer: "nobody" })).status).toBe(404);
    expect((await create({})).status).toBe(400);
    const none = await server.call("/api/v1/portal/sessions", { method: "POST", body: { customer: "acme" } });
    expect(none.status).toBe(401);
  });
});

describe("a visit", () => {
  test("begins once, whoever and how many try", async () => {
    const link = await token();
    const tries = await Promise.all(Array.from({ length: 10 }, () => begin(link)));
    const statuses = tries.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 410)).toHaveLength(9);
  });

  test("does not begin after five minutes, from a foreign page, or with nonsense", async () => {
    const old = await token();
    await server.database
      .sql`update ratebook.portal_session set token_expires_at = now() where used_at is null`;
    expect((await begin(old)).body).toMatchObject({ code: "portal_link_unusable" });
    const fresh = await token();
    expect((await begin(fresh, "https://evil.example")).status).toBe(403);
    expect((await begin(fresh, null)).status).toBe(403);
    expect((await begin(`${fresh.slice(1)}x`)).status).toBe(410);
    expect((await begin("")).status).toBe(410);
    expect((await begin(fresh)).status).toBe(200);
  });

  test("its cookie is closed to scripts and other sites", async () => {
    const begun = await begin(await token());
    expect(begun.headers.get("set-cookie")).toMatch(
      /^ratebook\.portal=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3(599|600)$/,
    );
  });

  test("sees its own customer in the platform's name, and nobody else's", async () => {
    const cookie = await visit();
    expect((await trpc("accounts.me", cookie, null)).data).toMatchObject({
      kind: "member",
      customerId: ids.acme,
      role: "admin",
      organizations: [],
      portal: {
        returnUrl: "https://app.acme.example/account",
        branding: { name: "Acme Cloud", color: "#5b21b6" },
      },
    });
    expect((await trpc("billing.balance", cookie)).status).toBe(200);
    expect((await trpc("billing.balance", cookie, { customer: "other" })).status).toBe(403);
    expect((await trpc("billing.balance", cookie, { customer: ids.other })).status).toBe(403);
    expect((await trpc("invoices.list", cookie, { customer: "other", limit: 10 })).status).toBe(403);
  });

  test.each([
    ["accounts.customers", { limit: 10 }, false],
    ["accounts.mails", { limit: 10 }, false],
    ["ops.overview", null, false],
    ["accounts.keys", {}, false],
    ["accounts.createKey", { kind: "customer", name: "x", scopes: ["read"] }, true],
    ["accounts.createPortalSession", { customer: "other" }, true],
    ["alerts.createEndpoint", { url: "https://evil.example/" }, true],
    [
      "accounts.saveBranding",
      { name: "x", color: "#000000", logo: null, supportEmail: null, returnOrigins: [] },
      true,
    ],
  ])("may not: %s", async (path, input, change) => {
    expect((await trpc(path, await visit(), input, change)).status).toBe(403);
  });

  test("changes nothing for a page of another origin", async () => {
    const response = await fetch(new URL("/trpc/alerts.saveSettings", server.url), {
      method: "POST",
      headers: { cookie: await visit(), origin: "https://evil.example", "content-type": "application/json" },
      body: JSON.stringify({ json: { byMail: false } }),
    });
    expect(response.status).toBe(403);
  });

  test("changes what its customer may change, and the audit names the visit", async () => {
    const cookie = await visit();
    expect((await trpc("alerts.saveSettings", cookie, { byMail: false }, true)).status).toBe(200);
    const [entry] = await server.database.sql`
      select actor_kind, actor_id from ratebook.audit_entry where action = 'alerts.update'`;
    expect(entry).toMatchObject({ actor_kind: "member", actor_id: expect.stringMatching(/^portal:/) });
  });

  test("ends when it is left, and after an hour, for good", async () => {
    const cookie = await visit();
    const end = () =>
      server.call("/api/v1/portal/end", { method: "POST", headers: { cookie, origin: server.url } });
    expect((await end()).body).toEqual({ success: true, returnUrl: "https://app.acme.example/account" });
    expect((await trpc("billing.balance", cookie)).status).toBe(401);
    expect((await trpc("accounts.me", cookie, null)).data).toBeNull();
    const late = await visit("other");
    await server.database
      .sql`update ratebook.portal_session set visit_expires_at = now() where used_at is not null`;
    expect((await trpc("billing.balance", late)).status).toBe(401);
  });
});
