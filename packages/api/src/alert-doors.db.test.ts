import { afterAll, beforeAll, expect, test } from "vitest";
import { type BillingDoors, billingDoors } from "./testing/billing-doors.ts";

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
