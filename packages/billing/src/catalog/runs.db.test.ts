import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Actor } from "../actor.ts";
import {
  type CatalogueFixture,
  catalogueFixture,
  documentOf,
  languageModel,
  OPERATOR,
  WORKER,
} from "../testing/catalogue-fixture.ts";
import { claimRun } from "./claim-run.ts";
import { failRun, reportUnchanged } from "./finish-run.ts";
import { getRun, listRuns } from "./list-runs.ts";
import { openRuns, requestRun } from "./request-run.ts";
import { announceSources, listSources } from "./sources.ts";
import { submitDocument } from "./submit-document.ts";

let database: TestDatabase;
let fixture: CatalogueFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await catalogueFixture(database.sql);
});
afterEach(() => database.drop());

const slot = new Date("2026-11-22T00:00:00Z");
const claim = (worker: string, at = slot, actor: Actor = WORKER) =>
  claimRun(fixture, actor, { source: "litellm", slot: at, trigger: "schedule", worker });

async function claimedId(at = slot): Promise<string> {
  const run = await claim("one", at);
  if (!run.ok) throw new Error(run.error.message);
  return must(run.value, "nobody else claims").runId;
}

function submission(runId: string, source = "litellm", price = "2") {
  const document = documentOf(source, { offerings: [languageModel("openai", "one", price, "8")] });
  const body = JSON.stringify(document);
  return {
    runId,
    document,
    alerts: [{ kind: "unknown_price_key", where: "#/one/new_cost", detail: "new_cost" }],
    refused: [],
    snapshot: {
      url: "https://prices.test/",
      fetchedAt: fixture.clock(),
      etag: '"1"',
      lastModified: null,
      contentType: null,
      httpStatus: 200,
      bodyGzip: gzipSync(body),
      sha256: createHash("sha256").update(body).digest("hex"),
    },
  };
}

const failure = { check: "timed_out", message: "The source did not answer.", excerpt: null };

describe("claiming a slot", () => {
  test("of twenty workers at once, one gets it", async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => claim(`worker ${index}`)));
    expect(claims.filter((it) => it.ok && it.value !== null)).toHaveLength(1);
    expect(claims.every((it) => it.ok)).toBe(true);
  });

  test("a slot that ended, well or not, is not claimed again", async () => {
    await failRun(fixture, WORKER, { runId: await claimedId(), failure });
    expect(await claim("two")).toEqual({ ok: true, value: null });
  });

  test("a worker that died loses its run when the lease ends, and what it submits later is refused", async () => {
    const abandoned = await claimedId();
    expect(await openRuns(fixture, WORKER)).toEqual({ ok: true, value: [] });
    fixture.advance(11 * 60_000);
    expect(await openRuns(fixture, WORKER)).toEqual({ ok: true, value: [{ source: "litellm", slot }] });
    const taken = await claim("two");
    expect(taken.ok && taken.value?.runId).not.toBe(abandoned);
    expect(await submitDocument(fixture, WORKER, submission(abandoned))).toEqual({
      ok: false,
      error: { kind: "run_not_claimed", runId: abandoned },
    });
    const runId = taken.ok && taken.value ? taken.value.runId : "";
    expect(await submitDocument(fixture, WORKER, submission(runId))).toMatchObject({ ok: true });
  });

  test("only keys of the platform that may submit can claim, and nobody syncs the operator's own prices", async () => {
    const customer: Actor = { kind: "key", keyId: "k", customerId: "c", scopes: ["read", "catalog:submit"] };
    expect(await claim("x", slot, customer)).toMatchObject({ ok: false, error: { kind: "access_denied" } });
    const manual = await claimRun(fixture, WORKER, {
      source: "manual",
      slot,
      trigger: "command",
      worker: "x",
    });
    expect(manual).toMatchObject({ ok: false, error: { kind: "validation_error", field: "source" } });
  });
});

describe("how a run ends", () => {
  test("a submitted document is recorded with counts, alerts and version, and only once", async () => {
    const runId = await claimedId();
    expect(await submitDocument(fixture, WORKER, submission(runId))).toMatchObject({
      ok: true,
      value: { outcome: "published", version: 1 },
    });
    const run = await getRun(fixture, OPERATOR, { id: runId });
    expect(run).toMatchObject({
      ok: true,
      value: {
        state: "succeeded",
        outcome: "published",
        version: 1,
        counts: { offerings: 1, ok: 1, alerts: 1 },
        details: { alerts: [{ kind: "unknown_price_key", where: "#/one/new_cost", detail: "new_cost" }] },
      },
    });
    expect(await submitDocument(fixture, WORKER, submission(runId))).toMatchObject({
      ok: false,
      error: { kind: "run_not_claimed" },
    });
  });

  test("a failing source keeps its prices and its date, and the failure is shown", async () => {
    await submitDocument(fixture, WORKER, submission(await claimedId()));
    const read = fixture.clock();
    fixture.advance(72 * 3_600_000);
    const runId = await claimedId(fixture.clock());
    expect(await failRun(fixture, WORKER, { runId, failure })).toEqual({ ok: true, value: null });
    await announceSources(fixture, WORKER, {
      sources: [
        {
          source: "litellm",
          title: "LiteLLM",
          homepage: "https://a.test/",
          schedule: "* * * * *",
          freshnessHours: 48,
        },
      ],
    });
    expect(await listSources(fixture, OPERATOR)).toMatchObject({
      ok: true,
      value: [
        {
          source: "litellm",
          checkedAt: read,
          lastFailureAt: fixture.clock(),
          lastFailure: "The source did not answer.",
          stale: true,
          ageSeconds: 72 * 3600,
        },
      ],
    });
    expect(await fixture.catalogue.at("openai/one", fixture.clock())).toMatchObject({
      catalogueVersion: 1,
      offering: { rates: [{ usd: "2" }, { usd: "8" }] },
    });
    expect(await getRun(fixture, OPERATOR, { id: runId })).toMatchObject({
      ok: true,
      value: { state: "failed", error: "The source did not answer.", details: { check: "timed_out" } },
    });
  });

  test("an unchanged source moves its date and nothing else", async () => {
    await submitDocument(fixture, WORKER, submission(await claimedId()));
    fixture.advance(3_600_000);
    const runId = await claimedId(fixture.clock());
    await reportUnchanged(fixture, WORKER, { runId, fetchedAt: fixture.clock() });
    expect(await listSources(fixture, OPERATOR)).toMatchObject({
      ok: true,
      value: [{ checkedAt: fixture.clock(), changedAt: new Date(fixture.clock().getTime() - 3_600_000) }],
    });
  });

  test("a source that says it is unchanged is asked for the whole document once something is due", async () => {
    const offerings = Array.from({ length: 10 }, (_, index) =>
      languageModel("openai", `m${index}`, "2", "8"),
    );
    await fixture.submit("litellm", { offerings });
    await fixture.submit("litellm", { offerings: offerings.slice(1) });
    for (let day = 1; day <= 5; day++) {
      fixture.advance(24 * 3_600_000);
      const run = await claim("one", fixture.clock());
      const { runId, sha256 } = must(run.ok ? run.value : null, "nobody else claims");
      expect(sha256, `day ${day}`).not.toBeNull();
      expect(await reportUnchanged(fixture, WORKER, { runId, fetchedAt: fixture.clock() })).toMatchObject({
        ok: true,
      });
    }
    fixture.advance(24 * 3_600_000);
    expect(await claim("one", fixture.clock())).toMatchObject({
      value: { sha256: null, etag: null, lastModified: null },
    });
    // Handed in again it is judged, and the next one is asked for what is newer.
    expect(await fixture.submit("litellm", { offerings: offerings.slice(1) })).toMatchObject({
      outcome: "published",
      counts: { ok: 1 },
    });
    const next = await claim("two", new Date(fixture.clock().getTime() + 60_000));
    expect(next.ok && next.value?.sha256).not.toBeNull();
  });

  test("a document of another source is a recorded failure that names the check", async () => {
    const runId = await claimedId();
    expect(await submitDocument(fixture, WORKER, submission(runId, "openrouter"))).toMatchObject({
      ok: true,
      value: { outcome: "failed", check: "source" },
    });
    expect(fixture.catalogue.all()).toEqual([]);
  });

  test("a worker cannot submit the operator's own prices, and a body must be what its hash says", async () => {
    const runId = await claimedId();
    expect(await submitDocument(fixture, WORKER, submission(runId, "manual"))).toMatchObject({
      ok: false,
      error: { kind: "access_denied" },
    });
    const forged = submission(runId);
    forged.snapshot.sha256 = "0".repeat(64);
    expect(await submitDocument(fixture, WORKER, forged)).toMatchObject({
      ok: false,
      error: { kind: "invalid_snapshot" },
    });
    forged.snapshot.bodyGzip = Buffer.from("not gzip");
    expect(await submitDocument(fixture, WORKER, forged)).toMatchObject({
      ok: false,
      error: { kind: "invalid_snapshot" },
    });
    expect(await submitDocument(fixture, WORKER, submission(runId))).toMatchObject({ ok: true });
  });

  test("two documents of different sources at once both count", async () => {
    const sources = ["litellm", "openai", "genai-prices", "starter"];
    await Promise.all(
      sources.map((source, index) =>
        fixture.submit(source, { offerings: [languageModel("openai", `m${index}`, "2", "8")] }),
      ),
    );
    expect(fixture.catalogue.all().map(({ offering, rates }) => `${offering} ${rates.length}`)).toEqual(
      sources.map((_, index) => `openai/m${index} 2`),
    );
    expect(fixture.catalogue.current().catalogueVersion).toBe(4);
  });
});

describe("requested runs", () => {
  test("an operator's request is open until a worker claims it, and asking twice is one run", async () => {
    expect(await requestRun(fixture, OPERATOR, { source: "litellm" })).toMatchObject({
      ok: false,
      error: { kind: "source_not_found" },
    });
    await announceSources(fixture, WORKER, {
      sources: [
        { source: "litellm", title: "L", homepage: "https://a.test/", schedule: null, freshnessHours: 48 },
      ],
    });
    const [first, second] = await Promise.all([
      requestRun(fixture, OPERATOR, { source: "litellm" }),
      requestRun(fixture, OPERATOR, { source: "litellm" }),
    ]);
    expect(first).toEqual(second);
    const open = await openRuns(fixture, WORKER);
    const [run] = open.ok ? open.value : [];
    const claimed = await claim("one", must(run, "the request is open").slot);
    expect(claimed.ok && claimed.value?.runId).toBe(first.ok && first.value.runId);
    expect(await openRuns(fixture, WORKER)).toEqual({ ok: true, value: [] });
  });

  test("runs are listed page by page, the latest slot first", async () => {
    for (let hour = 0; hour < 5; hour++) await claimedId(new Date(slot.getTime() + hour * 3_600_000));
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listRuns(fixture, OPERATOR, { source: "litellm", limit: 2, cursor });
      if (!page.ok) throw new Error(page.error.message);
      seen.push(...page.value.items.map((run) => run.slot.toISOString().slice(11, 13)));
      cursor = page.value.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(["04", "03", "02", "01", "00"]);
  });
});
