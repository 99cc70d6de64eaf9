import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { createSandboxStore, type PaymentRail, type RailEvent } from "@ratebook/billing";
import { must } from "@ratebook/core";
import type { TestDatabase } from "@ratebook/db/testing";
import { Hono } from "hono";
import { createSandbox, type Sandbox } from "../sandbox/create-sandbox.ts";
import { createStripeRail } from "../stripe/create-stripe-rail.ts";
import { type RecordingFetch, recordFetch } from "./record-fetch.ts";

export type SandboxFixture = {
  rail: PaymentRail;
  sandbox: Sandbox;
  fetch: RecordingFetch;
  /** Where the hosted pages are. */
  pageUrl: string;
  webhookSecret: string;
  /** Events that arrived as webhooks, in order of arrival. */
  events: RailEvent[];
  /** Statuses the next webhooks are answered with instead of 200. */
  refuseWith: number[];
  clock: { now: Date };
  /** Delivers until nothing is due any more. */
  deliverAll: () => Promise<void>;
  close: () => Promise<void>;
};

export const SECRET_KEY = "sk_test_sandbox";

/** The rail over the real SDK, real HTTP and a simulator on real tables, with a clock that stands until it is moved. */
export async function sandboxFixture(database: TestDatabase): Promise<SandboxFixture> {
  const clock = { now: new Date("2026-11-22T12:00:00Z") };
  const webhookSecret = "whsec_fixture";
  const events: RailEvent[] = [];
  const refuseWith: number[] = [];
  const doors = new Hono();
  const server = serve({ fetch: (request) => route(request), port: 0, hostname: "127.0.0.1" });
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = portOf(server.address());
  const pageUrl = `http://127.0.0.1:${port}/sandbox`;
  const fetching = recordFetch();

  const sandbox = createSandbox({
    store: createSandboxStore(database),
    clock: () => clock.now,
    secretKey: SECRET_KEY,
    webhookSecret,
    pageUrl,
    automatic: false,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    deliverWebhook: async (body, signature) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      const headers = { "stripe-signature": signature };
      return (await fetch(url, { method: "POST", body, headers })).status;
    },
  });
  const rail = createStripeRail({
    name: "sandbox",
    secretKey: SECRET_KEY,
    webhookSecrets: [webhookSecret],
    endpoint: { protocol: "http", host: "127.0.0.1", port },
    fetch: fetching,
    maxNetworkRetries: 0,
  });
  doors.route("/sandbox", sandbox.pages);
  doors.post("/webhook", async (c) => {
    const refusal = refuseWith.shift();
    if (refusal !== undefined) return new Response(null, { status: refusal });
    const body = new Uint8Array(await c.req.arrayBuffer());
    const signature = c.req.header("stripe-signature") ?? null;
    const event = await rail.parseWebhook({ body, signature, now: clock.now });
    if (!event.ok) return c.json(event.error, 400);
    events.push(event.value);
    return c.body(null, 200);
  });
  const route = (request: Request) =>
    new URL(request.url).pathname.startsWith("/v1/") ? sandbox.api.fetch(request) : doors.fetch(request);

  return {
    rail,
    sandbox,
    fetch: fetching,
    pageUrl,
    webhookSecret,
    events,
    refuseWith,
    clock,
    deliverAll: async () => {
      while ((await sandbox.runDue()) > 0);
    },
    close: async () => {
      await sandbox.stop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: string | AddressInfo | null): AddressInfo {
  if (typeof address === "string") throw new Error("a test server listens on a port");
  return must(address, "the server is listening");
}
