import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { languageModel, OPERATOR, type UsageFixture, usageFixture, WORKER } from "../testing/index.ts";
import { claimRun } from "./claim-run.ts";
import { reportUnchanged } from "./finish-run.ts";
import { setIdentity } from "./identities.ts";
import { listProposals } from "./list-proposals.ts";
import { announceSources, readFreshness } from "./sources.ts";
import { watchPrices } from "./watch-prices.ts";

let database: TestDatabase;
let fixture: UsageFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await usageFixture(database);
});
afterEach(async () => {
  await fixture.close();
  await database.drop();
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const one = (input: string) => ({ offerings: [languageModel("openai", "one", input, "8")] });

const changedAt = async () => {
  const sources = await readFreshness(fixture.ctx);
  return must(
    sources.find(({ source }) => source === "openai"),
    "it was read",
  ).changedAt;
};
const states = async () => {
  const found = await listProposals(fixture.ctx, OPERATOR, { limit: 10 });
  return found.ok ? found.value.items.map(({ state }) => state) : [];
};
const claim = async () => {
  const slot = fixture.ctx.clock();
  const run = await claimRun(fixture.ctx, WORKER, {
    source: "openai",
    slot,
    trigger: "schedule",
    worker: "w",
  });
  return must(run.ok ? run.value : null, "nobody else claims");
};

/** $2, a day later $6, which is held, and lapses 61 days after that. */
async function lapse(): Promise<void> {
  await fixture.prices.submit("openai", one("2"));
  fixture.prices.advance(DAY_MS);
  await fixture.prices.submit("openai", one("6"));
  fixture.prices.advance(61 * DAY_MS);
  expect(await watchPrices(fixture.ctx)).toMatchObject({ expired: 1 });
}

describe("the same bytes, judged again, are no change of their source", () => {
  test("after a held change has lapsed", async () => {
    await lapse();
    await fixture.prices.submit("openai", one("6"));
    expect(await states()).toEqual(["held", "expired"]);
    expect(await changedAt()).toEqual(new Date("2026-11-23T00:00:00Z"));
    // Judged once, they are not judged again.
    expect(await claim()).toMatchObject({ sha256: expect.any(String) });
  });

  test("after a dated rate was not confirmed", async () => {
    const source = { source: "openai", title: "OpenAI", homepage: "https://openai.com", schedule: null };
    await announceSources(fixture.ctx, WORKER, { sources: [{ ...source, freshnessHours: 36 }] });
    const read = fixture.ctx.clock();
    const from = new Date(read.getTime() + 48 * HOUR_MS).toISOString();
    const rates = [
      { meter: "input_tokens", usd: "2", per: 1_000_000, validUntil: from },
      { meter: "input_tokens", usd: "3", per: 1_000_000, validFrom: from },
    ];
    const dated = { offerings: [{ ...languageModel("openai", "one", "2", "8"), rates }] };
    await fixture.prices.submit("openai", dated);
    fixture.prices.advance(48 * HOUR_MS - 5 * 60_000);
    expect(await watchPrices(fixture.ctx)).toMatchObject({ unconfirmed: 1 });
    expect(await fixture.prices.submit("openai", dated)).toMatchObject({ outcome: "published" });
    expect(await changedAt()).toEqual(read);
  });

  test("after what the source says was moved to another name", async () => {
    await fixture.prices.submit("openai", one("2"));
    const read = fixture.ctx.clock();
    fixture.prices.advance(DAY_MS);
    const ours = { sourceOffering: "openai/one", offering: "openai/uno", reason: "their name" };
    await setIdentity(fixture.ctx, OPERATOR, { source: "openai", ...ours });
    expect(await claim()).toMatchObject({ sha256: null, etag: null, lastModified: null });
    await fixture.prices.submit("openai", one("2"));
    expect(await changedAt()).toEqual(read);
  });
});

describe("a source whose document is to be judged anew", () => {
  test("is asked for the whole of it until one was judged", async () => {
    await lapse();
    const run = await claim();
    expect(run).toMatchObject({ sha256: null, etag: null, lastModified: null });
    // Asked before something was due, it may still say that it is unchanged: that judges nothing.
    await reportUnchanged(fixture.ctx, WORKER, { runId: run.runId, fetchedAt: fixture.ctx.clock() });
    fixture.prices.advance(HOUR_MS);
    expect(await claim()).toMatchObject({ sha256: null });
    expect(await fixture.prices.submit("openai", { offerings: [] })).toMatchObject({ outcome: "failed" });
    fixture.prices.advance(HOUR_MS);
    expect(await claim()).toMatchObject({ sha256: null });
    expect(await fixture.prices.submit("openai", one("6"))).toMatchObject({ outcome: "held" });
    fixture.prices.advance(HOUR_MS);
    expect(await claim()).toMatchObject({ sha256: expect.any(String) });
  });
});
