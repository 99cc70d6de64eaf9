import { findSource } from "@ratebook/catalog";
import { must, statedRates } from "@ratebook/core";
import { expect, test } from "vitest";
import { judgeMutation } from "./judge-mutation.ts";
import type { Subject } from "./mutation.ts";
import { countMutation, emptyCounts } from "./mutation-counts.ts";

const source = must(findSource("litellm"), "it ships");
const at = new Date("2026-11-22T00:00:00Z");
const row = (input: number, output: number) => ({
  litellm_provider: "acme",
  mode: "chat",
  input_cost_per_token: input,
  output_cost_per_token: output,
});
const models = { one: row(1e-6, 4e-6), two: row(2e-6, 8e-6), three: row(3e-6, 9e-6), four: row(1e-6, 3e-6) };
const subject: Subject = { name: "made up", source, text: JSON.stringify(models), at };

const read = (document: object | string) =>
  source.parse(typeof document === "string" ? document : JSON.stringify(document), {
    url: "https://x.example",
    fetchedAt: at,
  });

function judged(document: object | string, witnesses: Parameters<typeof judgeMutation>[4] = []) {
  const parsed = read(models);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const truth = { parsed: parsed.value, rates: statedRates(parsed.value.document) };
  return judgeMutation(subject, truth, read(document), (names) => must(names.at(-1), "some are"), witnesses);
}

test("the truth itself is no harm, and its repriced offering comes through", () => {
  expect(judged(models)).toEqual({
    stoppedBy: "none",
    wrongPrices: 0,
    wrongActivations: [],
    inBand: 0,
    inBandContradicted: 0,
    goodPrices: 2,
    goodLost: 0,
  });
});

test("a price that is refused or stopped is told with its rule", () => {
  expect(judged({ ...models, one: row(1e-9, 4e-9) })).toMatchObject({
    stoppedBy: "guard: ratio_quarantine",
    wrongPrices: 2,
    wrongActivations: [],
    goodLost: 0,
  });
  expect(judged("")).toMatchObject({ stoppedBy: "document: empty_document", goodPrices: 2, goodLost: 2 });
  expect(judged({ one: models.one })).toMatchObject({ stoppedBy: "document: document_count", goodLost: 2 });
});

test("a price inside the band is counted, and whether another source contradicts it", () => {
  const spoiled = { ...models, one: row(1.2e-6, 4e-6) };
  expect(judged(spoiled)).toMatchObject({ inBand: 1, inBandContradicted: 0, wrongActivations: [] });
  const said = { source: "other", key: "acme/one input_tokens", usd: "1", per: 1_000_000n };
  expect(judged(spoiled, [said])).toMatchObject({ inBand: 1, inBandContradicted: 1 });
  expect(judged(spoiled, [{ ...said, usd: "1.2" }])).toMatchObject({ inBand: 1, inBandContradicted: 0 });
});

test("a model or a price there is not is a wrong activation", () => {
  const extra = judged({ ...models, five: row(1e-6, 4e-6) });
  expect(extra.wrongActivations).toEqual([
    expect.stringContaining("acme/five input_tokens is a model there is not"),
    expect.stringContaining("acme/five output_tokens is a model there is not"),
  ]);
  const cached = { ...models, one: { ...models.one, cache_read_input_token_cost: 1e-7 } };
  expect(judged(cached)).toMatchObject({
    stoppedBy: "not stopped",
    wrongActivations: [expect.stringContaining("acme/one cache_read_tokens is a price there is not")],
  });
});

test("counts add up by kind and rule, and displaced rows and columns are counted by themselves", () => {
  const counts = emptyCounts();
  const band = judged({ ...models, one: row(1.2e-6, 4e-6) });
  const wrong = judged({ ...models, five: row(1e-6, 4e-6) });
  const lost = judged("");
  countMutation(counts, "a digit lost", band, band);
  countMutation(counts, "rows shifted", wrong, wrong);
  countMutation(counts, "empty", lost, lost);
  // 2 good prices each; those of the empty document are lost with it.
  expect(counts).toMatchObject({
    mutations: 3,
    wrongPrices: 3,
    inBand: 1,
    wrongActivations: [],
    displacedWithWitness: 2,
    goodPrices: 6,
    goodLost: 2,
    goodLostWithDocument: 2,
  });
  expect(counts.displaced.length).toBe(2);
  expect(counts.byKind["a digit lost"]).toEqual({ mutations: 1, wrongPrices: 1, inBand: 1 });
  countMutation(counts, "columns swapped", wrong, wrong);
  expect(counts.wrongActivations.length).toBe(2);
  expect(counts.stoppedBy.get("document: empty_document")).toBe(1);
});
