import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO_OFFERING } from "./serve/ready-message.ts";

type Credentials = {
  url: string;
  apiKey: string;
  serviceKey: string;
  organizationId: string;
  operator: { email: string; password: string };
  customer: { email: string; password: string };
};
type Start = { process: ChildProcess; output: () => string };

let dataDir: string;
const starts: Start[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "ratebook-start-"));
  // Open to the user the database runs as when tests run as root, so that its files stay in here.
  await chmod(dataDir, 0o755);
});
afterAll(async () => {
  for (const { process } of starts) if (process.exitCode === null) process.kill("SIGKILL");
  const left = await postmaster();
  if (left !== null) process.kill(left, "SIGQUIT");
  await rm(dataDir, { recursive: true, force: true });
});

/** Process id of the running database; it removes its file when it stops cleanly. */
async function postmaster(): Promise<number | null> {
  const text = await readFile(join(dataDir, "postgres/postmaster.pid"), "utf8").catch(() => null);
  return text === null ? null : Number(text.split("\n")[0]);
}

function start(environment: Record<string, string> = {}): Start {
  const child = spawn(process.execPath, [join(import.meta.dirname, "serve.ts")], {
    env: {
      PATH: process.env.PATH,
      RATEBOOK_DATA_DIR: dataDir,
      RATEBOOK_ADMIN_BUILD: "false",
      RATEBOOK_SCHEDULE_OPENROUTER: "off",
      RATEBOOK_SCHEDULE_LITELLM: "off",
      PORT: "0",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  }
  const started = { process: child, output: () => output };
  starts.push(started);
  return started;
}

async function ready(
  environment: Record<string, string> = {},
): Promise<Start & { credentials: Credentials }> {
  const started = start(environment);
  await expect
    .poll(() => `${started.process.exitCode ?? "running"} ${started.output()}`, {
      timeout: 90_000,
      interval: 50,
    })
    .toContain("Ratebook is ready at ");
  const credentials: Credentials = JSON.parse(await readFile(join(dataDir, "credentials.json"), "utf8"));
  return { ...started, credentials };
}

async function ended(started: Start): Promise<number | null> {
  if (started.process.exitCode === null && started.process.signalCode === null)
    await once(started.process, "exit");
  return started.process.exitCode;
}

async function balanceOf({ url, apiKey, organizationId }: Credentials): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/customers/${organizationId}/balance`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  return answer.json();
}

test("a first start is ready with prices and a demo; one that was killed recovers; Ctrl-C ends everything", async () => {
  const first = await ready();
  expect(first.output()).toContain(`Ratebook is ready at ${first.credentials.url}\n`);
  expect((await stat(join(dataDir, "credentials.json"))).mode & 0o777).toBe(0o600);
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

  const beside = start();
  expect(await ended(beside)).toBe(1);
  expect(beside.output()).toMatch(/\b(in use|using)\b/);
  expect(beside.output()).not.toMatch(/^\s+at /m);

  first.process.kill("SIGKILL");
  await ended(first);
  const port = new URL(first.credentials.url).port;
  const second = await ready({ PORT: port });
  expect(second.credentials).toEqual(first.credentials);
  expect(await balanceOf(second.credentials)).toEqual(paid);

  expect(await postmaster()).toBeGreaterThan(0);
  second.process.kill("SIGINT");
  expect(await ended(second)).toBe(0);
  expect(await postmaster()).toBeNull();
  await expect(fetch(second.credentials.url)).rejects.toThrow();
});
