import { serve } from "@hono/node-server";
import { createSandboxStore, type RailEvent } from "@ratebook/billing";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { customer } from "../testing/rail-contract.ts";
import { createSandboxRail } from "./create-sandbox-rail.ts";

let database: TestDatabase;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await testDatabase();
});

afterAll(async () => {
  for (const close of closing) await close();
  await database.drop();
});

/** A server with the usual door for webhooks; `next` is the first event that comes through it. */
async function open() {
  const next = Promise.withResolvers<RailEvent>();
  const door = new Hono();
  const server = serve({ fetch: door.fetch, port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const { rail, sandbox } = createSandboxRail({
    store: createSandboxStore(database),
    clock: () => new Date(),
    secret: new Uint8Array(32).fill(7),
    pageUrl: `http://127.0.0.1:${port}/sandbox`,
    webhookUrl: `http://127.0.0.1:${port}/webhook`,
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
  door.post("/webhook", async (c) => {
    const signature = c.req.header("stripe-signature") ?? null;
    const event = await rail.parseWebhook({ body: await c.req.text(), signature, now: new Date() });
    if (!event.ok) return c.json(event.error, 400);
    next.resolve(event.value);
    return c.body(null, 204);
  });
  closing.push(
    () => sandbox.stop(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return { rail, sandbox, next: next.promise };
}

test("a webhook leaves by itself, and one left behind by a dead process leaves at the next start", async () => {
  const one = await open();
  await customer(one.rail);
  const first = await one.next;
  expect(first).toMatchObject({ type: "customer.created", kind: "other", live: false });
  await one.sandbox.stop();

  await customer(one.rail);
  const two = await open();
  two.sandbox.start();
  const second = await two.next;
  expect(second.type).toBe("customer.created");
  expect(second.id).not.toBe(first.id);
});
