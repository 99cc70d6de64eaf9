import { announceEvent } from "@ratebook/billing";
import { dollars } from "@ratebook/billing/testing";
import { inTransaction } from "@ratebook/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Answer, type BillingDoors, billingDoors } from "./testing/billing-doors.ts";

let doors: BillingDoors;
let service: string;
beforeAll(async () => {
  doors = await billingDoors();
  service = await doors.serviceKey();
});
afterAll(() => doors.close());

test("billing settings show alerts and change those that are named", async () => {
  const { apiKey } = await doors.payer("settings", "3");
  const first = await doors.send("GET", "/api/v1/billing/settings", { key: apiKey });
  expect(first).toMatchObject({
    status: 200,
    body: {
      settings: {
        autoTopUp: { enabled: false },
        alerts: {
          email: true,
          thresholds: [
            { amount: 5, balance: 5, crossed: true },
            { amount: 0, crossed: false },
            { percent: 20, balance: null, crossed: false },
          ],
          runwayDays: 3,
          dailySpend: null,
          forecast: { dailyBurn: 0, hoursLeft: null },
        },
      },
    },
  });
  const alerts = { thresholds: [{ amount: "2.5" }], dailySpend: 10, emails: ["finance@example.com"] };
  const saved = await doors.send("PUT", "/api/v1/billing/settings", { key: apiKey, body: { alerts } });
  expect(saved).toMatchObject({
    status: 200,
    body: {
      settings: {
        alerts: {
          emails: ["finance@example.com"],
          thresholds: [{ amount: 2.5, balance: 2.5, crossed: false }],
          runwayDays: 3,
          dailySpend: 10,
        },
      },
    },
  });
  const off = { key: apiKey, body: { alerts: { runwayDays: null, dailySpend: null } } };
  expect((await doors.send("PUT", "/api/v1/billing/settings", off)).body).toMatchObject({
    settings: { alerts: { runwayDays: null, dailySpend: null, thresholds: [{ amount: 2.5 }] } },
  });
});

test.each([
  ["alerts.thresholds.0", { thresholds: [{ amount: -1 }] }],
  ["alerts.thresholds.0.percent", { thresholds: [{ percent: 0 }] }],
  ["alerts.emails.0", { emails: ["nobody"] }],
  ["alerts.dailySpend", { dailySpend: "a lot" }],
  ["dailySpend", { dailySpend: 0 }],
  ["alerts.runwayDays", { runwayDays: 1.5 }],
])("a wrong %s is refused by name", async (field, alerts) => {
  const { apiKey } = await doors.payer("wrong", "1");
  const answer = await doors.send("PUT", "/api/v1/billing/settings", { key: apiKey, body: { alerts } });
  expect(answer).toMatchObject({ status: 400, body: { code: "validation_error" } });
  expect(JSON.stringify(answer.body)).toContain(field.split(".").slice(0, 2).join("."));
});

test("a service key reads and changes the alerts of the customer it names, an ordinary key nobody else's", async () => {
  const one = await doors.payer("one", "1");
  const other = await doors.payer("other", "1");
  const headers = { "X-Customer": one.id };
  const saved = await doors.send("PUT", "/api/v1/billing/settings", {
    key: service,
    headers,
    body: { alerts: { email: false } },
  });
  expect(saved.body).toMatchObject({ settings: { alerts: { email: false } } });
  const foreign = await doors.send("GET", "/api/v1/billing/settings", { key: other.apiKey, headers });
  expect(foreign.status).toBe(403);
});

describe("webhooks", () => {
  const ENDPOINTS = "/api/v1/webhooks/endpoints";
  const made = (answer: Answer) =>
    z.object({ endpoint: z.looseObject({ id: z.string() }), secret: z.string() }).parse(answer.body);

  test("a service key sets up an endpoint of the customer it names, rotates, replays and deletes it", async () => {
    const { id, apiKey } = await doors.payer("hooked", "1");
    const headers = { "X-Customer": "hooked" };
    const as = { key: service, headers };
    const body = { url: "https://example.com/hooks", events: ["balance.low"], description: "Ours" };
    const first = await doors.send("POST", ENDPOINTS, { ...as, body });
    expect(first).toMatchObject({
      status: 201,
      body: { success: true, endpoint: { url: body.url, events: body.events, state: "active" } },
    });
    expect(first.headers.get("cache-control")).toBe("no-store");
    const { endpoint, secret } = made(first);
    expect(secret).toMatch(/^whsec_/);
    const one = `${ENDPOINTS}/${endpoint.id}`;

    // The customer's own key sees it, without the secret, and changes nothing.
    const listed = await doors.send("GET", ENDPOINTS, { key: apiKey });
    expect(listed).toMatchObject({ status: 200, body: { endpoints: [{ id: endpoint.id }] } });
    expect(listed.text).not.toContain("whsec_");
    expect((await doors.send("POST", ENDPOINTS, { key: apiKey, body })).status).toBe(403);
    expect((await doors.send("DELETE", one, { key: apiKey })).status).toBe(403);

    const rotated = await doors.send("POST", `${one}/rotate-secret`, { ...as, body: { overlapHours: 1 } });
    expect(rotated).toMatchObject({ status: 200, body: { id: endpoint.id } });
    expect(rotated.body["secret"]).not.toBe(secret);
    const wrong = await doors.send("POST", `${one}/rotate-secret`, { ...as, body: { overlapHours: 999 } });
    expect(wrong).toMatchObject({ status: 400, body: { code: "validation_error" } });
    expect(wrong.text).toContain("overlapHours");

    await inTransaction(doors.ctx.db, (tx) =>
      announceEvent(doors.ctx, tx, {
        key: "balance-low:hooked",
        kind: "balance.low",
        customerId: id,
        data: { balance: dollars("1"), level: dollars("5"), percent: null, empty: false },
      }),
    );
    const log = await doors.send("GET", `/api/v1/webhooks/deliveries?endpointId=${endpoint.id}`, as);
    expect(log).toMatchObject({
      status: 200,
      body: { deliveries: [{ kind: "balance.low", state: "pending", attempts: 0 }], nextCursor: null },
    });
    const [delivery] = z
      .object({ deliveries: z.array(z.looseObject({ id: z.uuid() })) })
      .parse(log.body).deliveries;
    const shown = await doors.send("GET", `/api/v1/webhooks/deliveries/${delivery?.id}`, { key: apiKey });
    expect(shown.body).toMatchObject({
      delivery: { tries: [], body: expect.stringContaining('"level":"5"') },
    });
    const again = await doors.send("POST", `/api/v1/webhooks/deliveries/${delivery?.id}/replay`, as);
    expect(again).toMatchObject({ status: 200, body: { replayed: 1 } });
    const window = { from: "2026-11-01T00:00:00Z", to: "2027-01-01T00:00:00Z" };
    // It waits already, so a window finds nothing more to send.
    expect(await doors.send("POST", `${one}/replay`, { ...as, body: window })).toMatchObject({
      status: 200,
      body: { replayed: 0 },
    });
    expect(
      await doors.send("POST", `${one}/replay`, { ...as, body: { ...window, to: window.from } }),
    ).toMatchObject({ status: 400, body: { error: expect.stringContaining("to: must be after from") } });

    expect(await doors.send("PATCH", one, { ...as, body: { state: "disabled" } })).toMatchObject({
      status: 200,
      body: { endpoint: { state: "disabled", disabledBecause: "by_hand", url: body.url } },
    });
    expect((await doors.send("POST", `${one}/test`, as)).status).toBe(400);
    await doors.send("PATCH", one, { ...as, body: { state: "active" } });
    expect(await doors.send("POST", `${one}/test`, as)).toMatchObject({
      status: 200,
      body: { success: true },
    });

    expect(await doors.send("DELETE", one, as)).toMatchObject({ status: 200, body: { id: endpoint.id } });
    expect((await doors.send("GET", ENDPOINTS, as)).body).toEqual({ endpoints: [] });
    expect((await doors.send("PATCH", one, { ...as, body: { state: "active" } })).status).toBe(404);
  });

  test("the platform's own endpoints are for keys with webhooks:write, and kinds are told by whom they are for", async () => {
    const body = { url: "https://example.com/platform" };
    const refused = await doors.send("POST", ENDPOINTS, { key: service, body });
    expect(refused).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("Name the customer") },
    });
    const key = await doors.serviceKey(["read", "webhooks:write"]);
    const { endpoint } = made(await doors.send("POST", ENDPOINTS, { key, body }));
    expect((await doors.send("GET", ENDPOINTS, { key })).body).toMatchObject({
      endpoints: [{ id: endpoint.id }],
    });
    const [row] = await doors.ctx.sql<{ customerId: string | null }[]>`
      select customer_id as "customerId" from ratebook.webhook_endpoint where id = ${endpoint.id}`;
    expect(row).toEqual({ customerId: null });
    // It may not act for customers, so neither for their endpoints.
    await doors.payer("untouched", "1");
    const headers = { "X-Customer": "untouched" };
    expect((await doors.send("POST", ENDPOINTS, { key, headers, body })).status).toBe(403);
    const kinds = (answer: Answer) => JSON.stringify(answer.body["kinds"]);
    expect(kinds(await doors.send("GET", "/api/v1/webhooks/kinds", { key }))).toContain("price.alarm");
    const own = await doors.payer("kinds", "1");
    expect(kinds(await doors.send("GET", "/api/v1/webhooks/kinds", { key: own.apiKey }))).not.toContain(
      "price.alarm",
    );
  });

  test.each([
    ["url", { url: "http://example.com/" }],
    ["url", { url: "https://user:secret@example.com/" }],
    ["url", {}],
    ["events", { url: "https://example.com/", events: ["price.alarm"] }],
    ["events.0", { url: "https://example.com/", events: ["nonsense"] }],
    ["secret", { url: "https://example.com/", secret: "mine" }],
  ])("a wrong %s is refused by name and makes nothing", async (field, body) => {
    await doors.payer("wrong hooks", "1");
    const headers = { "X-Customer": "wrong hooks" };
    const answer = await doors.send("POST", ENDPOINTS, { key: service, headers, body });
    expect(answer).toMatchObject({ status: 400, body: { code: "validation_error" } });
    expect(answer.text).toContain(field);
    expect((await doors.send("GET", ENDPOINTS, { key: service, headers })).body).toEqual({ endpoints: [] });
  });
});
