import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@ratebook/api/client";
import { createKey, getRun, listRuns, listSources, requestRun } from "@ratebook/billing";
import { OPERATOR } from "@ratebook/billing/testing";
import { findSource, type PriceSource } from "@ratebook/catalog";
import { safeFetch } from "@ratebook/catalog/fetch";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { createLog, type RunningServer, startServer } from "@ratebook/server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startWorker, type Worker } from "./start-worker.ts";
import { syncOnce } from "./sync-once.ts";
import { type Answer, listen, type Upstream } from "./testing/upstream.ts";

let database: TestDatabase;
let server: RunningServer;
let apiKey: string;
let upstream: Upstream;
const workers: Worker[] = [];

beforeEach(async () => {
  database = await testDatabase();
  server = await startServer(
    {
      databaseUrl: database.url,
      databaseOwnerUrl: database.ownerUrl,
      databaseDirectUrl: null,
      databasePoolMax: 6,
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
    },
    { log: createLog("silent"), pagesFolder: "/nowhere" },
  );
  const created = await createKey(
    server.ctx,
    { kind: "system", name: "test" },
    {
      kind: "worker",
      name: "worker",
      scopes: ["catalog:submit", "clock:tick"],
      customer: undefined,
    },
  );
  if (!created.ok) throw new Error(JSON.stringify(created.error));
  apiKey = created.value.key;
  upstream = await listen();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await upstream.close();
  await server.close();
  await database.drop();
});

const litellm = must(findSource("litellm"), "LiteLLM is a source");
const document = (price: number) =>
  JSON.stringify({
    "acme-large": {
      litellm_provider: "openai",
      mode: "chat",
      input_cost_per_token: price,
      output_cost_per_token: price * 4,
    },
  });

let hour = 0;
const slot = () => new Date(Date.UTC(2026, 10, 1) + hour++ * 3_600_000);

const sync = (at = slot(), now = () => new Date()) =>
  syncOnce({
    client: createClient({ url: server.url, apiKey }),
    source: litellm,
    slot: at,
    trigger: "command",
    worker: "test",
    from: {
      from: "origin",
      fetch: safeFetch,
      url: upstream.url,
      options: { allowLoopback: true, retries: 0, now },
    },
  });

const freshness = async (id: string) => {
  const sources = await listSources(server.ctx, OPERATOR);
  return sources.ok ? sources.value.find(({ source }) => source === id) : undefined;
};
const runOf = async (id: string) => {
  const run = await getRun(server.ctx, OPERATOR, { id });
  return run.ok ? run.value : null;
};

function start(options: Partial<Parameters<typeof startWorker>[0]> = {}): Worker {
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  const worker = startWorker({ url: server.url, apiKey, log: silent, pollMs: 3_600_000, ...options });
  workers.push(worker);
  return worker;
}

describe("reading a source through the typed router", () => {
  test("prices reach the catalogue; the same document again, by 304 or by its bytes, writes no row", async () => {
    upstream.answer = { body: document(0.000002), etag: '"a"' };
    expect(await sync()).toMatchObject({ outcome: "published", version: 1, counts: { offerings: 1, ok: 1 } });
    expect(server.ctx.catalogue.all()).toMatchObject([
      { offering: "openai/acme-large", rates: [{ usd: "0.000002" }, { usd: "0.000008" }] },
    ]);
    expect(await sync()).toMatchObject({ outcome: "unchanged" });
    upstream.answer = { body: document(0.000002) };
    expect(await sync()).toMatchObject({ outcome: "unchanged" });
    expect(server.ctx.catalogue.current().catalogueVersion).toBe(1);
  });

  test.each<[string, Answer, string]>([
    [
      "an HTML page where JSON was due",
      { type: "text/html", body: "<h1>Sign in</h1>" },
      "wrong_content_type",
    ],
    ["an HTML page that says it is JSON", { body: "<!doctype html><p>Just a moment" }, "HTML"],
    ["text that is not JSON", { body: '{"acme-large": {' }, "JSON"],
    ["an error of the source", { status: 500, body: "{}" }, "http_status"],
  ])("%s is a recorded failure that keeps prices and date", async (_, answer, check) => {
    upstream.answer = { body: document(0.000002) };
    await sync();
    const before = await freshness("litellm");
    upstream.answer = answer;
    const failed = await sync();
    expect(failed).toMatchObject({ outcome: "failed" });
    const run = await runOf("runId" in failed ? failed.runId : "");
    expect(run).toMatchObject({ state: "failed", outcome: "failed" });
    expect(JSON.stringify([run?.details.check, run?.error])).toContain(check);
    expect(await freshness("litellm")).toMatchObject({
      checkedAt: before?.checkedAt,
      changedAt: before?.changedAt,
      lastFailure: run?.error,
    });
    expect(server.ctx.catalogue.all()).toMatchObject([{ rates: [{ usd: "0.000002" }, { usd: "0.000008" }] }]);
  });

  test("a source that cannot be reached is a recorded failure", async () => {
    await upstream.close();
    expect(await sync()).toMatchObject({ outcome: "failed", check: "network" });
    upstream = await listen();
  });

  test("a document, or a 304, that a fast clock fetched is a recorded failure that tells how far ahead it is", async () => {
    const anHourAhead = () => new Date(Date.now() + 3_600_000);
    upstream.answer = { body: document(0.000002), etag: '"a"' };
    await sync();
    for (const price of [0.000002, 0.000003]) {
      upstream.answer = { body: document(price), etag: price === 0.000002 ? '"a"' : '"b"' };
      const failed = await sync(slot(), anHourAhead);
      expect(failed).toMatchObject({ outcome: "failed", check: "clock" });
      expect(await runOf("runId" in failed ? failed.runId : "")).toMatchObject({
        state: "failed",
        error: expect.stringMatching(
          /^The clock of the worker "test" is (59|60) min \d+ s ahead of the server's/,
        ),
      });
    }
    expect(server.ctx.catalogue.current().catalogueVersion).toBe(1);
  });

  test("of two workers with one slot, one reads", async () => {
    upstream.answer = { body: document(0.000002) };
    const at = slot();
    const results = await Promise.all([sync(at), sync(at), sync(at)]);
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(["published", "skipped", "skipped"]);
    expect(upstream.asked).toBe(1);
  });

  test("rows that were refused travel with everything their parser says of them", async () => {
    upstream.answer = {
      body: document(0.000002).replace(
        "}}",
        '},"free":{"litellm_provider":"openai","mode":"chat","input_cost_per_token":0}}',
      ),
    };
    const done = await sync();
    expect(done).toMatchObject({ outcome: "published", counts: { ok: 1, rowsRefused: 2 } });
    const run = await runOf("runId" in done ? done.runId : "");
    expect(run?.details.rowsRefused).toMatchObject([
      { kind: "zero_price", where: "#/free/input_cost_per_token" },
      {},
    ]);
  });

  test.runIf(process.env.RATEBOOK_CORPUS)(
    "a full document crosses the wire and is published within three seconds",
    async () => {
      const name = "litellm-2026-06-28-09d4525ab.json";
      upstream.answer = {
        body: await readFile(join(process.env.RATEBOOK_CORPUS ?? "", "litellm", name), "utf8"),
      };
      for (const [outcome, limitMs] of [
        ["published", 3000],
        ["unchanged", 300],
      ] as const) {
        const start = performance.now();
        expect(await sync()).toMatchObject({ outcome });
        const ms = performance.now() - start;
        console.log(`${name}, fetched and sent to the server: ${outcome} in ${ms.toFixed(0)} ms`);
        expect(ms).toBeLessThan(limitMs);
      }
    },
  );

  test("the worker's key opens nothing else", async () => {
    const client = createClient({ url: server.url, apiKey });
    await expect(client.catalog.proposals.query({})).rejects.toThrow(/operator/);
    await expect(client.billing.balance.query({})).rejects.toThrow();
    const manual = { source: "manual", asOf: "2026-11-22T00:00:00Z", currency: "USD", offerings: [] };
    await expect(client.catalog.importDocument.mutate({ document: manual })).rejects.toThrow(/own prices/);
  });
});

describe("the worker", () => {
  const settings = () => ({
    schedules: new Map(),
    urls: new Map([
      ["litellm", upstream.url],
      ["openrouter", upstream.url],
    ]),
    allowLoopback: true,
  });

  test("a first start has the bundled prices offline, and each source that failed says so", async () => {
    upstream.answer = { status: 503, body: "" };
    const worker = start({ settings: settings() });
    await worker.ready;
    expect(server.ctx.catalogue.all().length).toBeGreaterThan(100);
    expect(
      server.ctx.catalogue.all().filter(({ listed, rates }) => listed && rates.length > 0).length,
    ).toBeGreaterThan(30);
    await expect.poll(async () => (await freshness("openrouter"))?.lastFailure ?? null).not.toBeNull();
    await expect.poll(async () => (await freshness("litellm"))?.lastFailure ?? null).not.toBeNull();
    expect(await freshness("litellm")).toMatchObject({
      checkedAt: null,
      stale: true,
      schedule: litellm.schedule,
    });
  });

  test("every model of the starter list has a price from the bundled sources", async () => {
    const worker = start({ settings: settings() });
    await worker.ready;
    const unpriced = server.ctx.catalogue.all().filter(({ listed, rates }) => listed && rates.length === 0);
    expect(unpriced.map(({ offering }) => offering)).toEqual([]);
    const refused = await database.sql`
      select offering, meter, reason from ratebook.proposal where source = 'starter' and state = 'held'`;
    expect([...refused]).toEqual([]);
  });

  test("two workers started together read each missed slot once", async () => {
    upstream.answer = { body: document(0.000002) };
    const sources: PriceSource[] = [litellm];
    const pair = [start({ settings: settings(), sources }), start({ settings: settings(), sources })];
    await Promise.all(pair.map((worker) => worker.ready));
    await expect.poll(async () => (await freshness("litellm"))?.checkedAt ?? null).not.toBeNull();
    await Promise.all(pair.map((worker) => worker.stop()));
    const runs = await listRuns(server.ctx, OPERATOR, { source: "litellm", limit: 10 });
    expect(runs.ok && runs.value.items.map(({ trigger, outcome }) => [trigger, outcome])).toEqual([
      ["catch-up", "published"],
    ]);
    expect(upstream.asked).toBe(1);
  });

  test("an operator's request is picked up", async () => {
    upstream.answer = { body: document(0.000002) };
    const off = { ...settings(), schedules: new Map([["litellm", null]]) };
    const worker = start({ settings: off, sources: [litellm] });
    await worker.ready;
    expect(upstream.asked).toBe(0);
    const requested = await requestRun(server.ctx, OPERATOR, { source: "litellm" });
    const runId = requested.ok ? requested.value.runId : "";
    await worker.takeRequested();
    expect(await runOf(runId)).toMatchObject({
      state: "succeeded",
      outcome: "published",
      trigger: "request",
    });
  });
});
