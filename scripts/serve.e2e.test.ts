import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_OFFERING } from "./serve/ready-message.ts";
import { type Credentials, createStarts, type Starts } from "./serve/start-fixture.ts";

let starts: Starts;

beforeAll(async () => {
  starts = await createStarts();
});
afterAll(() => starts.cleanUp());

async function balanceOf({ url, apiKey, organizationId }: Credentials): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/customers/${organizationId}/balance`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  return answer.json();
}

test("a first start is ready with prices and a demo; one that was killed recovers; Ctrl-C ends everything", async () => {
  const first = await starts.ready();
  expect(first.output()).toContain(`Ratebook is ready at ${first.credentials.url}\n`);
  expect((await stat(join(starts.dataDir, "credentials.json"))).mode & 0o777).toBe(0o600);
  expect(await balanceOf(first.credentials)).toEqual({
    success: true,
    balance: 100,
    available: 100,
    pending: 0,
  });
  expect((await fetch(`${first.credentials.url}/ready`)).status).toBe(200);
  const summary: { catalogueVersion: number } = await (
    await fetch(`${first.credentials.url}/api/v1/pricing/summary`)
  ).json();
  expect(summary.catalogueVersion).toBeGreaterThan(0);
  for (const { email, password } of [first.credentials.operator, first.credentials.customer]) {
    const signedIn = await fetch(`${first.credentials.url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: first.credentials.url },
      body: JSON.stringify({ email, password }),
    });
    expect(signedIn.status).toBe(200);
  }

  // The line that is printed for people to copy.
  const told = await fetch(`${first.credentials.url}/api/v1/usage`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${first.credentials.apiKey}`,
      "content-type": "application/json",
      "idempotency-key": "first-call",
    },
    body: JSON.stringify({ offering: DEMO_OFFERING, quantities: { input_tokens: 1200, output_tokens: 300 } }),
  });
  expect([told.status, await told.json()]).toMatchObject([200, { status: "debited" }]);
  const paid = await balanceOf(first.credentials);

  const beside = starts.start();
  expect(await starts.ended(beside)).toBe(1);
  expect(beside.output()).toMatch(/\b(in use|using)\b/);
  expect(beside.output()).not.toMatch(/^\s+at /m);

  first.process.kill("SIGKILL");
  await starts.ended(first);
  const port = new URL(first.credentials.url).port;
  const second = await starts.ready({ PORT: port });
  expect(second.credentials).toEqual(first.credentials);
  expect(await balanceOf(second.credentials)).toEqual(paid);

  const database = await starts.postmaster();
  expect(database).toBeGreaterThan(0);
  process.kill(database ?? 0, "SIGQUIT");
  await expect.poll(() => second.output()).toContain("it was started again");
  await expect.poll(() => balanceOf(second.credentials)).toEqual(paid);

  second.process.kill("SIGINT");
  expect(await starts.ended(second)).toBe(0);
  expect(await starts.postmaster()).toBeNull();
  await expect(fetch(second.credentials.url)).rejects.toThrow();
});
