import { createServer } from "node:net";
import { createKey, upsertCustomer } from "@ratebook/billing";
import { must } from "@ratebook/core";
import { startTestServer, type TestServer } from "@ratebook/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "./compose.ts";
import type { ServerConfig } from "./env.ts";
import { createLog } from "./log.ts";

const SYSTEM = { kind: "system", name: "test" } as const;
const options = { log: createLog("silent"), pagesFolder: "/nowhere" };
let postgres: TestServer;
let config: ServerConfig;

beforeAll(async () => {
  postgres = await startTestServer({ durable: true });
  config = {
    databaseUrl: postgres.appUrl,
    databaseOwnerUrl: postgres.ownerUrl,
    databaseDirectUrl: null,
    databasePoolMax: 4,
    databasePrepare: true,
    host: "127.0.0.1",
    port: 0,
    publicUrl: null,
    secret: "a secret of tests that is long enough",
    trustedProxies: [],
    allowedOrigins: [],
    metricsToken: null,
    workerKey: null,
    logLevel: "silent",
    limits: {},
  };
});
afterAll(() => postgres?.stop());

test("a database that is down is 503 with Retry-After at both doors; the server recovers by itself", async () => {
  const server = await startServer(config, options);
  try {
    const key = await customerKey(server);
    const rest = () =>
      fetch(`${server.url}/api/v1/customers/outage/balance`, { headers: { authorization: `Bearer ${key}` } });
    const trpc = () =>
      fetch(`${server.url}/trpc/accounts.customer?input=${encodeURIComponent('{"json":{}}')}`, {
        headers: { authorization: `Bearer ${key}` },
      });
    expect((await rest()).status).toBe(200);

    await postgres.crash();
    for (const request of [rest, trpc]) {
      const answer = await request();
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await answer.text()).not.toMatch(/ECONNREFUSED|postgres|stack/i);
    }
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const ready: { checks: unknown } = await (await fetch(`${server.url}/ready`)).json();
    expect(ready.checks).toMatchObject({ database: false });

    await postgres.restart();
    await expect.poll(async () => (await rest()).status).toBe(200);
  } finally {
    await server.close();
  }
});

test("a port in use is one sentence, and nothing is left running", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const address = must(taken.address(), "it listens");
  const port = typeof address === "string" ? 0 : address.port;
  try {
    await expect(startServer({ ...config, port }, options)).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is in use: stop what uses it, or set PORT to another one.`,
    );
  } finally {
    taken.close();
  }
});

test("a database that is down at the start is one sentence, and the port is free again", async () => {
  const down = {
    databaseUrl: "postgres://u:p@127.0.0.1:1/d",
    databaseOwnerUrl: "postgres://u:p@127.0.0.1:1/d",
  };
  await expect(startServer({ ...config, ...down }, options)).rejects.toThrow(
    /^The database cannot be reached: /,
  );
});

async function customerKey(server: RunningServer): Promise<string> {
  const customer = await upsertCustomer(server.ctx, SYSTEM, { externalId: "outage", name: "Outage" });
  if (!customer.ok) throw new Error(customer.error.message);
  const created = await createKey(server.ctx, SYSTEM, {
    kind: "customer",
    customer: customer.value.id,
    name: "test",
    scopes: ["read"],
  });
  if (!created.ok) throw new Error(created.error.kind);
  return created.value.key;
}
