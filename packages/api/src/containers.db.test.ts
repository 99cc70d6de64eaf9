import { expectBooksBalance } from "@ratebook/billing/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BillingDoors, billingDoors } from "./testing/billing-doors.ts";

let doors: BillingDoors;
let service: string;

const own = (model: string, meter: string, usd: string) => ({
  provider: "ratebook",
  model,
  modality: "infrastructure" as const,
  listed: true,
  rates: [{ meter, usd, per: 1 }],
});

beforeAll(async () => {
  doors = await billingDoors();
  service = await doors.serviceKey();
  await doors.sell({
    offerings: [
      own("container", "container_day", "0.67"),
      own("deployment", "container_deployment", "0.50"),
      own("storage", "storage_gb_day", "0.01"),
    ],
  });
});
afterAll(async () => {
  await expectBooksBalance(doors.database.sql);
  await doors.close();
});

const CONTAINERS = "/api/v1/containers";
const idOf = (body: Record<string, unknown>): string => String(Object(body.data).id);

describe("containers", () => {
  test("are created for a fee, scaled, stopped and deleted by a customer's own key", async () => {
    const { apiKey: key } = await doors.payer("containers", "10");
    const made = await doors.send("POST", CONTAINERS, {
      key,
      body: { name: "agent", project_name: "research", memory: 3584 },
      headers: { "Idempotency-Key": "agent-1" },
    });
    expect(made).toMatchObject({
      status: 202,
      body: {
        success: true,
        creditsDeducted: 0.5,
        creditsRemaining: 9.5,
        data: { status: "deploying", billing_status: "active", cpu: 1792, memory: 3584, desired_count: 1 },
      },
    });
    const id = idOf(made.body);
    // What runs is the platform's to say.
    const own = await doors.send("PATCH", `${CONTAINERS}/${id}`, { key, body: { status: "running" } });
    expect(own).toMatchObject({ status: 403, body: { code: "access_denied" } });
    const running = await doors.send("PATCH", `${CONTAINERS}/${id}`, {
      key: service,
      body: { status: "running" },
    });
    // 3584 ÷ 1792 × 0.67
    expect(running).toMatchObject({ status: 200, body: { data: { status: "running", daily_cost: 1.34 } } });
    const scaled = await doors.send("PATCH", `${CONTAINERS}/${id}`, {
      key,
      body: { instances: 2, memoryMb: 512 },
    });
    expect(scaled).toMatchObject({
      status: 200,
      body: { data: { daily_cost: 1.34, desired_count: 2, memory: 512 } },
    });
    const quota = await doors.send("GET", `${CONTAINERS}/quota`, { key });
    expect(quota).toMatchObject({
      status: 200,
      body: {
        quota: { current: 1, max: 100, remaining: 99 },
        credits: { balance: 9.5, canDeploy: true },
        // 9.50 ÷ 1.34
        billing: {
          dailyCostPerContainer: 0.67,
          currentDailyBurn: 1.34,
          runningContainers: 1,
          daysOfRunway: 7,
          warningThreshold: 2,
          shutdownWarningHours: 48,
        },
        pricing: { deployment: 0.5, perDay: 0.67 },
      },
    });
    const stopped = await doors.send("PATCH", `${CONTAINERS}/${id}`, { key, body: { status: "stopped" } });
    expect(stopped).toMatchObject({ status: 200, body: { data: { status: "stopped", daily_cost: 0 } } });
    const deleted = await doors.send("DELETE", `${CONTAINERS}/${id}`, { key });
    expect(deleted).toMatchObject({
      status: 200,
      body: { data: { status: "deleted", billing_status: "archived" }, billPending: false },
    });
    const read = await doors.send("GET", `${CONTAINERS}/${id}`, { key });
    expect(read).toMatchObject({ status: 200, body: { data: { id, status: "deleted" } } });
    const listed = await doors.send("GET", CONTAINERS, { key });
    expect(listed).toMatchObject({ status: 200, body: { data: [], nextCursor: null } });
  });

  test("402 names what is required", async () => {
    const { apiKey: key } = await doors.payer("container-poor", "0.2");
    const refused = await doors.send("POST", CONTAINERS, { key, body: { name: "agent" } });
    expect(refused).toMatchObject({
      status: 402,
      body: { code: "insufficient_credits", requiredCredits: 0.5, available: 0.2 },
    });
  });

  test("a deployment that fails gives its fee back", async () => {
    const { id: customer, apiKey: key } = await doors.payer("container-failed", "1");
    const made = await doors.send("POST", CONTAINERS, {
      key: service,
      body: { customer, name: "agent" },
    });
    const id = idOf(made.body);
    const failed = await doors.send("PATCH", `${CONTAINERS}/${id}`, {
      key: service,
      body: { status: "failed" },
    });
    expect(failed).toMatchObject({ status: 200, body: { creditsReturned: 0.5, data: { status: "failed" } } });
    expect((await doors.send("GET", "/api/v1/credits/balance", { key })).body).toMatchObject({ balance: 1 });
  });

  test.each([
    ["an unknown size key", { name: "a", ram: 512 }, "ram"],
    ["a negative size", { name: "a", cpu: -1 }, "cpu"],
    ["text for a size", { name: "a", memory: "512" }, "memory"],
    ["two spellings that differ", { name: "a", memory: 512, memoryMb: 1024 }, "memoryMb"],
    ["no name", { cpu: 512 }, "name"],
    ["too many instances", { name: "a", desired_count: 1000 }, "desired_count"],
    ["the same in the other spelling", { name: "a", instances: 1000 }, "instances"],
    ["a size below one in the other spelling", { name: "a", memoryMb: -1 }, "memoryMb"],
  ])("%s is 400 with the field, and nothing is taken", async (what, body, field) => {
    const { apiKey: key } = await doors.payer(`bad ${what}`, "1");
    const refused = await doors.send("POST", CONTAINERS, { key, body });
    expect(refused.status).toBe(400);
    expect(String(refused.body.error)).toContain(field);
    expect((await doors.send("GET", "/api/v1/credits/balance", { key })).body).toMatchObject({ balance: 1 });
  });

  test("unknown resources and intents are 404, and a customer's key sees no intents", async () => {
    const { apiKey: key } = await doors.payer("container-nobody", "1");
    const nobody = "0190a0c0-0000-7000-8000-000000000001";
    for (const method of ["GET", "DELETE"]) {
      expect((await doors.send(method, `${CONTAINERS}/${nobody}`, { key })).status).toBe(404);
    }
    const path = `/api/v1/resources/intents/${nobody}/acknowledge`;
    expect((await doors.send("POST", path, { key: service })).status).toBe(404);
    expect((await doors.send("POST", path, { key })).status).toBe(403);
    for (const list of ["intents", "unreported"]) {
      expect((await doors.send("GET", `/api/v1/resources/${list}`, { key })).status).toBe(403);
    }
  });
});

test("what a customer asks for waits as an intent until the platform acknowledges it", async () => {
  const { apiKey: key } = await doors.payer("intents", "5");
  const made = await doors.send("POST", CONTAINERS, { key, body: { name: "agent" } });
  const open = await doors.send("GET", "/api/v1/resources/intents?limit=200", { key: service });
  const intents = Array.isArray(open.body.intents) ? open.body.intents : [];
  const mine = intents.find((it) => it.resourceId === idOf(made.body));
  expect(mine).toMatchObject({ action: "deploy", cause: "customer", state: "open" });
  const path = `/api/v1/resources/intents/${mine.id}/acknowledge`;
  expect((await doors.send("POST", path, { key: service })).body).toMatchObject({ status: "acknowledged" });
  expect((await doors.send("POST", path, { key: service })).body).toMatchObject({ status: "replayed" });
});

test("the platform finds the deployments it took on and never reported on", async () => {
  const { id: customerId, apiKey: key } = await doors.payer("forgotten", "5");
  const made = await doors.send("POST", CONTAINERS, { key, body: { name: "lost" } });
  const id = idOf(made.body);
  const unreported = async () => {
    const { body } = await doors.send("GET", "/api/v1/resources/unreported?limit=200", { key: service });
    return (body.deployments as { id: string }[]).filter((it) => it.id === id);
  };
  expect(await unreported()).toEqual([]);
  doors.prices.advance(31 * 60_000);
  const waiting = { id, name: "lost", kind: "container", customerId, externalId: "forgotten" };
  expect(await unreported()).toMatchObject([{ ...waiting, takenOn: false }]);
  await doors.send("PATCH", `${CONTAINERS}/${id}`, { key: service, body: { status: "failed" } });
  expect(await unreported()).toEqual([]);
});

test("storage samples are taken in once each, and nonsense is refused by field", async () => {
  const { id: customer, apiKey: key } = await doors.payer("samples", "5");
  const sampledAt = doors.ctx.clock().toISOString();
  const body = { customer, samples: [{ bytes: 2_500_000_000, sampledAt }] };
  for (const status of ["recorded", "replayed"]) {
    const sent = await doors.send("POST", "/api/v1/storage/samples", { key: service, body });
    expect(sent).toMatchObject({ status: 200, body: { samples: [{ status }] } });
  }
  const listed = await doors.send("GET", "/api/v1/resources", { key });
  expect(listed.body).toMatchObject({
    data: [{ kind: "storage", name: "knowledge", storage_bytes: "2500000000", daily_cost: 0.025 }],
  });
  for (const sample of [
    { bytes: -1, sampledAt },
    { bytes: 1.5, sampledAt },
    { bytes: 1, sampledAt: "yesterday" },
  ]) {
    const sent = await doors.send("POST", "/api/v1/storage/samples", {
      key: service,
      body: { customer, samples: [sample] },
    });
    expect(sent.status).toBe(400);
  }
});

test("kinds of the operator's own are billed by their own offering", async () => {
  await doors.sell({
    meters: [{ name: "x_gpu_day", unit: "GPU day", integer: false }],
    offerings: [own("gpu", "x_gpu_day", "24")],
  });
  const kind = {
    kind: "gpu",
    name: "GPU",
    offering: "ratebook/gpu",
    meter: "x_gpu_day" as const,
    setup: null,
  };
  await doors.asOperator.resources.saveKind(kind);
  await expect(doors.asOperator.resources.saveKind({ ...kind, kind: "container" })).rejects.toThrow(
    "built in",
  );
  await expect(doors.asOperator.resources.saveKind({ ...kind, offering: "ratebook/none" })).rejects.toThrow(
    "no offering",
  );
  const { apiKey: key } = await doors.payer("gpus", "5");
  const made = await doors.send("POST", "/api/v1/resources", { key, body: { kind: "gpu", name: "trainer" } });
  expect(made).toMatchObject({ status: 202, body: { creditsDeducted: 0, data: { kind: "gpu", cpu: null } } });
  const running = await doors.send("PATCH", `${CONTAINERS}/${idOf(made.body)}`, {
    key: service,
    body: { status: "running" },
  });
  expect(running.body).toMatchObject({ data: { daily_cost: 24 } });
});
