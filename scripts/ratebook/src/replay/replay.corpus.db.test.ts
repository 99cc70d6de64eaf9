import { type TestDatabase, testDatabase } from "@ratebook/db/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReplayReport, replayCorpus } from "./replay-corpus.ts";
import { replayText } from "./replay-text.ts";

const corpus = process.env["RATEBOOK_CORPUS"] || undefined;
if (corpus === undefined)
  console.info("RATEBOOK_CORPUS is not set: the replay and the mutations were left out.");

describe.runIf(corpus !== undefined)("the recorded documents, replayed", () => {
  let database: TestDatabase;
  let report: ReplayReport;

  beforeAll(async () => {
    database = await testDatabase();
    report = await replayCorpus({
      sql: database.sql,
      corpus: corpus ?? "",
      mutations: 10_000,
      seed: 1,
      progress: () => {},
    });
    console.info(replayText(report));
  }, 600_000);
  afterAll(() => database.drop());

  test("show every figure that must hold", () => {
    expect(report.checks.filter(({ holds }) => !holds)).toEqual([]);
  });

  test("are checked for every recorded accident", () => {
    const names = report.checks.map(({ name }) => name).join("\n");
    for (const event of [
      "watsonx",
      "vanished",
      "badjson",
      "aliyun",
      "gpt-5.6-sol",
      "gpt-5.2",
      "change stream",
    ])
      expect(names).toContain(event);
    expect(report.leftOut.filter(({ file }) => file === "check")).toEqual([]);
  });

  test("let ordinary small repricings through", () => {
    expect(report.stream?.falseAlarms).toMatchObject({ smallHeld: 0 });
    expect(report.stream?.falseAlarms.small).toBeGreaterThan(100);
  });

  test("are spoiled in ten thousand ways, of which none activates a wrong price outside half and double", () => {
    expect(report.mutations?.counts).toMatchObject({
      mutations: 10_000,
      wrongActivations: [],
      wrongActivationsWithWitness: [],
    });
    expect(report.mutations?.counts.wrongPrices).toBeGreaterThan(10_000);
  });
});
