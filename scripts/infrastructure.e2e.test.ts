import { afterAll, beforeAll, expect, test } from "vitest";
import { curlIsHere, documentedLines, runLines } from "./serve/documented-lines.ts";
import { type Credentials, createStarts, type Starts } from "./serve/start-fixture.ts";

const curl = curlIsHere();

let starts: Starts;
let credentials: Credentials;

beforeAll(async () => {
  starts = await createStarts();
  if (curl) ({ credentials } = await starts.ready());
});
afterAll(() => starts.cleanUp());

test.runIf(curl)("every line about containers and storage works as printed, in order", async () => {
  const lines = documentedLines("docs/infrastructure.md").join("\n");
  const ran = runLines(`cd ${starts.dataDir}\n${lines}`, { url: credentials.url, dataDir: starts.dataDir });
  expect(ran).toMatchObject({ status: 0, problem: "" });
  const [made, intents, acknowledged, running, scaled, quota, stopped, deleted, read, , samples, stores] =
    ran.answers;
  // The demo has 100 credits; the fee is 0.50.
  expect(made).toMatchObject({
    status: "created",
    creditsDeducted: 0.5,
    creditsRemaining: 99.5,
    data: { name: "agent", project_name: "research", status: "deploying", billing_status: "active" },
  });
  expect(intents).toMatchObject({ intents: [{ action: "deploy", cause: "customer", state: "open" }] });
  expect(acknowledged).toMatchObject({ status: "acknowledged", startsAgain: false });
  // max(1, 1024 ÷ 1792, 2048 ÷ 1792) × 0.67 = 0.765714286, rounded half-even to nanos
  expect(running).toMatchObject({ data: { status: "running", daily_cost: 0.765714286 } });
  // 2 × 3584 ÷ 1792 × 0.67
  expect(scaled).toMatchObject({ data: { memory: 3584, desired_count: 2, daily_cost: 2.68 } });
  expect(quota).toMatchObject({
    quota: { current: 1, max: 100, remaining: 99 },
    billing: { currentDailyBurn: 2.68, runningContainers: 1, shutdownWarningHours: 48, status: "active" },
    pricing: { deployment: 0.5, perDay: 0.67 },
  });
  expect(stopped).toMatchObject({ data: { status: "stopped", daily_cost: 0 } });
  expect(deleted).toMatchObject({ data: { status: "deleted" }, billPending: false });
  // An hour at least: 1/24 of a day at 0.67 × 1.142857… to 4 times that.
  expect(deleted?.finalBill).toBeGreaterThan(0.0319);
  expect(deleted?.finalBill).toBeLessThan(0.1117);
  expect(read).toMatchObject({ bills: [{ state: "billed", amount: deleted?.finalBill }] });
  expect(samples).toMatchObject({ samples: [{ status: "recorded" }] });
  expect(stores).toMatchObject({
    data: [{ kind: "storage", name: "knowledge", storage_bytes: "2500000000", daily_cost: 0.025 }],
  });
});
