import { must } from "@ratebook/core";
import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type CatalogueFixture,
  catalogueFixture,
  documentOf,
  languageModel,
  OPERATOR,
  WORKER,
} from "../testing/catalogue-fixture.ts";
import { claimRun } from "./claim-run.ts";
import { reportUnchanged } from "./finish-run.ts";
import { getRun } from "./list-runs.ts";
import { snapshotOf } from "./snapshot.ts";
import { listSources } from "./sources.ts";
import { submitDocument } from "./submit-document.ts";

let database: TestDatabase;
let fixture: CatalogueFixture;
beforeEach(async () => {
  database = await testDatabase();
  fixture = await catalogueFixture(database.sql);
});
afterEach(() => database.drop());

const claimedId = async (slot: Date): Promise<string> => {
  const run = await claimRun(fixture, WORKER, {
    source: "litellm",
    slot,
    trigger: "schedule",
    worker: "one",
  });
  return must(run.ok ? run.value : null, "nobody else claims").runId;
};
/** Submits a document that says it was fetched at an instant. */
const submit = async (price: string, fetchedAt: Date, runId: string) => {
  const document = documentOf("litellm", { offerings: [languageModel("openai", "one", price, "8")] });
  const snapshot = snapshotOf(JSON.stringify(document), "https://prices.test/", fetchedAt);
  return submitDocument(fixture, WORKER, { runId, document, alerts: [], refused: [], snapshot });
};

test("a worker whose clock is fast has its run recorded as failed, with both clocks, and moves no date", async () => {
  const read = fixture.clock();
  await submit("2", read, await claimedId(read));
  fixture.advance(3_600_000);
  // 61 minutes and 5 seconds ahead of 01:00.
  const ahead = new Date("2026-11-22T02:01:05Z");
  const failed = {
    check: "clock",
    message:
      'The clock of the worker "one" is 61 min 5 s ahead of the server\'s: it fetched this at 2026-11-22T02:01:05.000Z, ' +
      "and the server took it in at 2026-11-22T01:00:00.000Z. Nothing of it was used; set the clocks right.",
  };
  const unchanged = await claimedId(fixture.clock());
  const told = await reportUnchanged(fixture, WORKER, { runId: unchanged, fetchedAt: ahead });
  expect(told).toEqual({ ok: true, value: failed });
  const early = await claimedId(ahead);
  const submitted = await submit("3", ahead, early);
  expect(submitted).toEqual({ ok: true, value: { outcome: "failed", version: null, ...failed } });

  for (const id of [unchanged, early]) {
    expect(await getRun(fixture, OPERATOR, { id })).toMatchObject({
      value: { state: "failed", outcome: "failed", error: failed.message, details: { check: "clock" } },
    });
  }
  expect(await listSources(fixture, OPERATOR)).toMatchObject({
    value: [{ checkedAt: read, changedAt: read, lastFailure: failed.message }],
  });
  expect(fixture.catalogue.current().catalogueVersion).toBe(1);
});

test("a clock that goes five minutes fast is no reason to lose a document", async () => {
  const fetchedAt = new Date(fixture.clock().getTime() + 300_000);
  const submitted = await submit("2", fetchedAt, await claimedId(fixture.clock()));
  expect(submitted).toMatchObject({ value: { outcome: "published" } });
});
