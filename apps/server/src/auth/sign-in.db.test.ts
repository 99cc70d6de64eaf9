import { createClient } from "@ratebook/api/client";
import { readBranding, saveBranding, saveSignupGrant } from "@ratebook/billing";
import { expectBooksBalance } from "@ratebook/billing/testing";
import { must, nanos } from "@ratebook/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type CallOptions, startTestRatebook, type TestRatebook } from "../testing/start-test-server.ts";
import { createPerson } from "./create-person.ts";

let ratebook: TestRatebook;
beforeAll(async () => {
  ratebook = await startTestRatebook();
});
afterAll(() => ratebook?.drop());

const PASSWORD = "correct horse battery";

/** A browser: keeps the cookie and sends its own origin. */
function browser(origin = ratebook.url) {
  let cookie = "";
  const call = async (path: string, options: CallOptions = {}) => {
    const headers = { origin, ...(cookie !== "" && { cookie }), ...options.headers };
    const answer = await ratebook.call(path, { ...options, headers });
    const set = answer.headers.getSetCookie().map((line) => must(line.split(";")[0], "a cookie has a value"));
    if (set.length > 0) cookie = set.join("; ");
    return answer;
  };
  const trpc = async (path: string, input?: unknown) => {
    const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
    return call(`/trpc/${path}${query}`);
  };
  const mutate = (path: string, input: unknown, headers: Record<string, string> = {}) =>
    call(`/trpc/${path}`, { method: "POST", body: { json: input }, headers });
  return { call, trpc, mutate, cookie: () => cookie };
}

async function lastMail(recipient: string): Promise<{ subject: string; text: string }> {
  const rows = await ratebook.ctx.sql<{ subject: string; text: string }[]>`
    select subject, text from ratebook.mail where recipient = ${recipient} order by id desc limit 1`;
  return must(rows[0], `a mail was written to ${recipient}`);
}

/** What a procedure answered. */
const jsonOf = (body: Record<string, unknown>): unknown =>
  z.object({ result: z.object({ data: z.object({ json: z.unknown() }) }) }).parse(body).result.data.json;

const linkIn = (text: string): URL => new URL(must(/https?:\/\/\S+/.exec(text)?.[0], "the mail has a link"));

async function signedUp(email: string, name: string) {
  const person = browser();
  const body = { email, name, password: PASSWORD };
  const up = await person.call("/api/auth/sign-up/email", { method: "POST", body });
  expect(up.status).toBe(200);
  const link = linkIn((await lastMail(email)).text);
  const verified = await person.call(link.pathname + link.search);
  expect([200, 302]).toContain(verified.status);
  return person;
}

const meOf = async (person: ReturnType<typeof browser>): Promise<Record<string, unknown> | null> => {
  const { body } = await person.trpc("accounts.me");
  return z.record(z.string(), z.unknown()).nullable().parse(jsonOf(body));
};

describe("signing up", () => {
  test("a person confirms the address, and has an organization that is a customer with a wallet", async () => {
    const ada = await signedUp("ada@example.com", "Ada");
    const me = must(await meOf(ada), "Ada is signed in");
    expect(me).toMatchObject({
      kind: "member",
      role: "owner",
      user: { name: "Ada", email: "ada@example.com" },
    });
    const wallets = await ratebook.ctx.sql`
      select 1 from ratebook.wallet where account_id = ${String(me.customerId)}`;
    expect(wallets).toHaveLength(1);
    const customer = await ada.trpc("accounts.customer", {});
    expect(customer.status).toBe(200);
  });

  test("before the address is confirmed nobody signs in", async () => {
    const body = { email: "eager@example.com", name: "Eager", password: PASSWORD };
    await browser().call("/api/auth/sign-up/email", { method: "POST", body });
    const refused = await browser().call("/api/auth/sign-in/email", { method: "POST", body });
    expect(refused.status).toBe(403);
  });

  test("the cookie is http-only and never sent along from other sites' posts", async () => {
    await signedUp("cookie@example.com", "Cookie");
    const body = { email: "cookie@example.com", password: PASSWORD };
    const answer = await ratebook.call("/api/auth/sign-in/email", {
      method: "POST",
      body,
      headers: { origin: ratebook.url },
    });
    const cookie = answer.headers.getSetCookie().find((line) => line.includes("session_token"));
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
  });
});

describe("passwords", () => {
  test("a wrong password is 401, and a reset link sets a new one once", async () => {
    await signedUp("reset@example.com", "Reset");
    const signIn = (password: string) =>
      browser().call("/api/auth/sign-in/email", {
        method: "POST",
        body: { email: "reset@example.com", password },
      });
    expect((await signIn("not the password")).status).toBe(401);

    await browser().call("/api/auth/request-password-reset", {
      method: "POST",
      body: { email: "reset@example.com" },
    });
    const token = must(
      linkIn((await lastMail("reset@example.com")).text).searchParams.get("token"),
      "the link carries a token",
    );
    const reset = (newPassword: string) =>
      browser().call("/api/auth/reset-password", { method: "POST", body: { token, newPassword } });
    expect((await reset("another good password")).status).toBe(200);
    expect((await reset("a third one entirely")).status).toBe(400);
    expect((await signIn(PASSWORD)).status).toBe(401);
    expect((await signIn("another good password")).status).toBe(200);
  });

  test("mails of the sign-in are in the platform's name and colour", async () => {
    await signedUp("branded@example.com", "Branded");
    const branding = await readBranding(ratebook.ctx.db);
    const operator = { kind: "system", name: "test" } as const;
    const saved = await saveBranding(ratebook.ctx, operator, {
      ...branding,
      name: "Acme Cloud",
      color: "#7a1f5c",
    });
    expect(saved.ok).toBe(true);
    const ask = { method: "POST", body: { email: "branded@example.com" } };
    await browser().call("/api/auth/request-password-reset", ask);
    const [mail] = await ratebook.ctx.sql<{ subject: string; text: string; html: string }[]>`
      select subject, text, html from ratebook.mail where recipient = 'branded@example.com' and template = 'reset-password'`;
    expect(mail?.subject).toBe("Set a new password for Acme Cloud");
    expect(mail?.text).toContain("\n-- \nAcme Cloud\n");
    expect(mail?.html).toContain("background:#7a1f5c");
    await saveBranding(ratebook.ctx, operator, branding);
  });
});

describe("organizations", () => {
  test("an invited person joins, sees that organization, and may not make keys as a mere member", async () => {
    const owner = await signedUp("owner@example.com", "Owner");
    const organizationId = String(must(await meOf(owner), "signed in").customerId);
    const guest = await signedUp("guest@example.com", "Guest");
    const invited = await owner.call("/api/auth/organization/invite-member", {
      method: "POST",
      body: { email: "guest@example.com", role: "member", organizationId },
    });
    expect(invited.status).toBe(200);
    const id = linkIn((await lastMail("guest@example.com")).text).searchParams.get("id");
    const accepted = await guest.call("/api/auth/organization/accept-invitation", {
      method: "POST",
      body: { invitationId: id },
    });
    expect(accepted.status).toBe(200);
    const me = must(await meOf(guest), "signed in");
    expect(me).toMatchObject({ customerId: organizationId, role: "member" });
    expect(me.organizations).toHaveLength(2);

    const key = { kind: "customer", name: "mine", scopes: ["read"] };
    expect((await guest.mutate("accounts.createKey", key)).status).toBe(403);
    expect((await owner.mutate("accounts.createKey", key)).status).toBe(200);
    const usage = { ...key, scopes: ["read", "usage:write"] };
    expect((await owner.mutate("accounts.createKey", usage)).status).toBe(403);
  });

  test("a member sees no other organization", async () => {
    const one = await signedUp("one@example.com", "One");
    const two = await signedUp("two@example.com", "Two");
    const other = String(must(await meOf(two), "signed in").customerId);
    expect((await one.trpc("accounts.customer", { customer: other })).status).toBe(403);
    expect((await one.trpc("accounts.customers", {})).status).toBe(403);
    const keys = await one.trpc("accounts.keys", { customer: other });
    expect(keys.status).toBe(403);
  });
});

describe("sessions", () => {
  test("a page of another origin cannot change anything with the cookie", async () => {
    const person = await signedUp("forged@example.com", "Forged");
    const key = { kind: "customer", name: "forged", scopes: ["read"] };
    const elsewhere = { origin: "https://evil.example" };
    expect((await person.mutate("accounts.createKey", key, elsewhere)).status).toBe(403);
    const rest = await ratebook.call("/api/v1/agents/a1", {
      method: "PUT",
      body: { name: "A" },
      headers: { cookie: person.cookie(), origin: "https://evil.example" },
    });
    expect([rest.status, rest.body.code]).toEqual([403, "access_denied"]);
    expect((await person.mutate("accounts.createKey", key)).status).toBe(200);
  });

  test("a signed-out session is worth nothing at once", async () => {
    const person = await signedUp("leaving@example.com", "Leaving");
    const kept = person.cookie();
    await person.call("/api/auth/sign-out", { method: "POST", body: {} });
    const after = await ratebook.call("/trpc/accounts.customer?input=%7B%22json%22%3A%7B%7D%7D", {
      headers: { cookie: kept },
    });
    expect(after.status).toBe(401);
  });
});

describe("operators", () => {
  test("an operator manages every customer and every kind of key; the typed client calls with a key", async () => {
    const made = await createPerson(
      { auth: ratebook.auth, db: ratebook.ctx.db },
      { email: "op@example.com", name: "Op", role: "operator", password: PASSWORD },
    );
    expect(made.ok).toBe(true);
    const operator = browser();
    const body = { email: "op@example.com", password: PASSWORD };
    await operator.call("/api/auth/sign-in/email", { method: "POST", body });
    expect(await meOf(operator)).toMatchObject({ kind: "operator", organizations: [] });
    expect((await operator.trpc("accounts.customers", { limit: 10 })).status).toBe(200);
    expect((await operator.trpc("ops.overview")).status).toBe(200);
    expect((await operator.trpc("accounts.mails", {})).status).toBe(200);

    const created = await operator.mutate("accounts.createKey", {
      kind: "service",
      name: "gateway",
      scopes: ["usage:any", "customers:write"],
    });
    const { id, key } = z.looseObject({ id: z.string(), key: z.string() }).parse(jsonOf(created.body));
    const client = createClient({ url: ratebook.url, apiKey: key });
    const customer = await client.accounts.upsertCustomer.mutate({ externalId: "typed", name: "Typed" });
    expect(await client.accounts.customer.query({ customer: customer.id })).toMatchObject({ balance: 0n });

    await operator.mutate("accounts.revokeKey", { id });
    await expect(client.accounts.customer.query({ customer: customer.id })).rejects.toThrow(/API key/);
    const audit = await operator.trpc("accounts.audit", { limit: 10 });
    const text = JSON.stringify(audit.body);
    expect(text).toContain("api_key.revoke");
    expect(text).not.toContain(key);
  });

  test("an address is taken once", async () => {
    const tools = { auth: ratebook.auth, db: ratebook.ctx.db };
    const person = { email: "twice@example.com", name: "Twice", role: "operator" } as const;
    expect((await createPerson(tools, person)).ok).toBe(true);
    expect(await createPerson(tools, { ...person, email: "Twice@Example.com" })).toEqual({
      ok: false,
      error: { kind: "email_taken", email: "twice@example.com" },
    });
  });

  test("signing up cannot make an operator, and nobody acts under another's name", async () => {
    const body = { email: "sly@example.com", name: "Sly", password: PASSWORD, role: "operator" };
    await browser().call("/api/auth/sign-up/email", { method: "POST", body });
    const [row] = await ratebook.ctx.sql`select role from ratebook.user where email = 'sly@example.com'`;
    expect(row?.role ?? "user").toBe("user");
    const impersonate = await browser().call("/api/auth/admin/impersonate-user", {
      method: "POST",
      body: {},
    });
    expect(impersonate.status).toBe(404);
  });
});

test("attempts to sign in are counted by address", async () => {
  const limited = await startTestRatebook({ limits: { signIn: 3 } });
  try {
    const attempt = () =>
      limited.call("/api/auth/sign-in/email", {
        method: "POST",
        body: { email: "nobody@example.com", password: "guess guess guess" },
        headers: { origin: limited.url },
      });
    for (let index = 0; index < 3; index += 1) expect((await attempt()).status).toBe(401);
    const fourth = await attempt();
    expect([fourth.status, fourth.body.code]).toEqual([429, "rate_limit_exceeded"]);
    expect(Number(fourth.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(fourth.body.retryAfter).toBe(Number(fourth.headers.get("retry-after")));
  } finally {
    await limited.drop();
  }
});

describe("welcome credits", () => {
  const proxied = { limits: { signIn: 1_000 }, trustedProxies: ["loopback"] };

  /** Signs up by the doors from an address, and gives what is in the new organization's wallet. */
  async function comesFrom(
    server: TestRatebook,
    name: string,
    headers: Record<string, string>,
  ): Promise<bigint> {
    const email = `${name}@example.com`;
    const up = await server.call("/api/auth/sign-up/email", {
      method: "POST",
      body: { email, name, password: PASSWORD },
      headers: { origin: server.url, ...headers },
    });
    expect(up.status).toBe(200);
    const [mail] = await server.ctx.sql<{ text: string }[]>`
      select text from ratebook.mail where recipient = ${email}`;
    const link = linkIn(must(mail, "the address is to be confirmed").text);
    await server.call(link.pathname + link.search, { headers });
    const [wallet] = await server.ctx.sql<{ balance: bigint }[]>`
      select w.balance from ratebook.wallet w join ratebook.customer c on c.id = w.account_id where c.email = ${email}`;
    return must(wallet, "whoever confirmed has a wallet").balance;
  }

  async function welcoming(config: Parameters<typeof startTestRatebook>[0]): Promise<TestRatebook> {
    const server = await startTestRatebook(config);
    const settings = { enabled: true, amount: nanos(5_000_000_000n), perAddress: 2, windowHours: 24 };
    const saved = await saveSignupGrant(server.ctx, { kind: "system", name: "test" }, settings);
    expect(saved.ok).toBe(true);
    return server;
  }

  test("two of one address get them, the third gets an account and nothing; another address still does", async () => {
    const server = await welcoming(proxied);
    try {
      const from = (address: string) => ({ "x-forwarded-for": address });
      expect(await comesFrom(server, "first", from("192.0.2.7"))).toBe(5_000_000_000n);
      expect(await comesFrom(server, "second", from("192.0.2.7"))).toBe(5_000_000_000n);
      expect(await comesFrom(server, "third", from("192.0.2.7"))).toBe(0n);
      expect(await comesFrom(server, "elsewhere", from("198.51.100.1"))).toBe(5_000_000_000n);
      await expectBooksBalance(server.database.sql);
    } finally {
      await server.drop();
    }
  });

  test("nobody names an address of their own, neither as a proxy would nor as this server does", async () => {
    const server = await welcoming({ limits: { signIn: 1_000 } });
    try {
      const balances: bigint[] = [];
      for (const name of ["one", "two", "three"]) {
        const spoofed = {
          "x-forwarded-for": `${name}.invalid`,
          "x-ratebook-client-address": `${name}.invalid`,
        };
        balances.push(await comesFrom(server, name, spoofed));
      }
      expect(balances).toEqual([5_000_000_000n, 5_000_000_000n, 0n]);
      await expectBooksBalance(server.database.sql);
    } finally {
      await server.drop();
    }
  });
});
