import { createServer } from "node:http";
import {
  createResource,
  createWebhookEndpoint,
  grantCredits,
  importDocument,
  listIntents,
  reportDeployment,
  scaleResource,
  tick,
  upsertCustomer,
} from "@ratebook/billing";
import {
  documentOf,
  dollars,
  expectBooksBalance,
  OPERATOR,
  SERVICE,
  WORKER,
} from "@ratebook/billing/testing";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestRatebook, type TestRatebook } from "./testing/start-test-server.ts";

let server: TestRatebook;
let slot = Date.UTC(2026, 0, 1);
let hooks: string;
const received: { type: string; data: Record<string, unknown> }[] = [];
/** What came to a customer's own endpoint, as it came. */
const told: { body: string; headers: Record<string, string> }[] = [];
const platform = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    if (request.url === "/customer") {
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
      told.push({ body, headers: Object.fromEntries(headers) });
    } else received.push(JSON.parse(body));
    response.writeHead(204).end();
  });
});

const rate = (model: string, meter: string, usd: string) => ({
  provider: "ratebook",
  model,
  modality: "infrastructure" as const,
  listed: true,
  rates: [{ meter, usd, per: 1 }],
});

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    platform.listen(0, "127.0.0.1", resolve);
  });
  const address = platform.address();
  hooks = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const url = `${hooks}/platform`;
  server = await startTestRatebook({ webhookLoopback: true });
  const made = await createWebhookEndpoint(server.ctx, OPERATOR, { url });
  if (!made.ok) throw new Error(made.error.kind);
  // On sale for longer than the days that are billed.
  const clock = (): Date => new Date(Date.now() - 10 * 86_400_000);
  const imported = await importDocument({ ...server.ctx, clock }, OPERATOR, {
    document: documentOf("manual", {
      offerings: [
        rate("container", "container_day", "0.67"),
        rate("deployment", "container_deployment", "0.50"),
      ],
    }),
    accept: true,
  });
  if (!imported.ok) throw new Error(imported.error.kind);
});
afterAll(async () => {
  await expectBooksBalance(server.ctx.sql);
  await server.drop();
  platform.closeAllConnections();
  await new Promise((resolve) => {
    platform.close(resolve);
  });
});

/** A customer with so many dollars, whose one container runs. */
async function runOne(name: string, usd: string): Promise<{ customer: string; id: string }> {
  const { ctx } = server;
  const upserted = await upsertCustomer(ctx, OPERATOR, { externalId: name, name });
  if (!upserted.ok) throw new Error(upserted.error.message);
  const customer = upserted.value.id;
  await grant(customer, usd);
  const made = await createResource(ctx, SERVICE, { customer, kind: "container", name: "web" });
  if (!made.ok) throw new Error(made.error.kind);
  const { id } = made.value.resource;
  await reportDeployment(ctx, SERVICE, { id, outcome: "deployed" });
  return { customer, id };
}

async function grant(customer: string, usd: string): Promise<void> {
  const granted = await grantCredits(server.ctx, OPERATOR, {
    customer,
    amount: dollars(usd),
    reason: "test",
    category: "promotional",
    idempotencyKey: crypto.randomUUID(),
  });
  if (!granted.ok) throw new Error(granted.error.kind);
}

/** As the worker's clock does. */
async function run(name: "bill-resources" | "watch-runways"): Promise<void> {
  slot += 60_000;
  const ticked = await tick(server.ctx, WORKER, { name, slot: new Date(slot) });
  expect(ticked).toEqual({ ok: true, value: { enqueued: true } });
}

test("the clock's jobs bill the day, announce the stop to the platform, and take its 204 as the acknowledgement", async () => {
  const { ctx } = server;
  const { sql } = ctx;
  const { customer, id } = await runOne("jobs", "0.50");
  await run("watch-runways");
  await vi.waitFor(async () => {
    const [notice] = await sql`
      select 1 from ratebook.shutdown_notice where customer_id = ${customer} and delivered_at is not null`;
    expect(notice).toBeDefined();
  }, WAIT);
  // Three days pass.
  await sql`update ratebook.resource_run set started_at = started_at - interval '3 days' where resource_id = ${id}`;
  await sql`update ratebook.resource set next_day = next_day - 3, created_at = created_at - interval '3 days' where id = ${id}`;
  await sql`
    update ratebook.shutdown_notice set warned_at = warned_at - interval '3 days', delivered_at = delivered_at - interval '3 days'
    where customer_id = ${customer}`;
  await run("bill-resources");
  await vi.waitFor(async () => {
    const days = await sql<{ state: string }[]>`
      select state from ratebook.resource_day where resource_id = ${id}`;
    expect(days.map(({ state }) => state)).toEqual(["billed", "billed", "billed"]);
  }, WAIT);
  await run("watch-runways");
  await vi.waitFor(() => {
    const stop = received.find(
      ({ type, data }) => type === "resource.stop_requested" && data.resourceId === id,
    );
    expect(stop?.data).toMatchObject({ kind: "container", name: "web", reason: "credits" });
  }, WAIT);
  await vi.waitFor(async () => {
    await run("watch-runways");
    const [row] = await sql`select state, stop_cause from ratebook.resource where id = ${id}`;
    expect(row).toEqual({ state: "stopped", stop_cause: "credits" });
  }, WAIT);
  const open = await listIntents(ctx, SERVICE, { open: true, limit: 10 });
  expect(open).toMatchObject({ value: { items: [] } });
});

test("a warning comes signed to the customer's own webhook, and credits end it by themselves, before any clock ticks", async () => {
  const { ctx } = server;
  const { customer, id } = await runOne("lifted", "10");
  const endpoint = await createWebhookEndpoint(ctx, OPERATOR, { customer, url: `${hooks}/customer` });
  if (!endpoint.ok) throw new Error(endpoint.error.kind);
  const { secret } = endpoint.value;
  const kinds = () => told.map(({ body, headers }) => Object(new Webhook(secret).verify(body, headers)).type);
  // 9.50 is less than two days of 8 × 0.67.
  await scaleResource(ctx, SERVICE, { id, instances: 8 });
  await vi.waitFor(() => expect(kinds()).toEqual(["shutdown.warned"]), WAIT);
  await grant(customer, "50");
  // The ledger's message, its relay and its job: nothing else moves.
  await vi.waitFor(() => expect(kinds()).toEqual(["shutdown.warned", "shutdown.lifted"]), WAIT);
  const [notice] = await ctx.sql`select state from ratebook.shutdown_notice where customer_id = ${customer}`;
  expect(notice).toEqual({ state: "active" });
});

const WAIT = { timeout: 60_000, interval: 300 };
