import { findSource } from "@ratebook/catalog";
import { must } from "@ratebook/core";
import { expect, test } from "vitest";
import { MUTATION_KINDS, type MutationKind, mutate, type Subject } from "./mutation.ts";
import { seeded } from "./seeded.ts";

const row = (input: number, output: number) => ({
  litellm_provider: "acme",
  mode: "chat",
  input_cost_per_token: input,
  output_cost_per_token: output,
  cache_read_input_token_cost: input / 10,
});

const catalogue: Subject = {
  name: "made up",
  source: must(findSource("litellm"), "it ships"),
  text: JSON.stringify({
    one: row(1e-6, 4e-6),
    two: row(2e-6, 9e-6),
    three: { ...row(3e-6, 1.2e-5), output_cost_per_reasoning_token: 2e-5 },
    four: { ...row(5e-6, 2e-5), output_cost_per_reasoning_token: 3e-5 },
  }),
  at: new Date("2026-11-22T00:00:00Z"),
};

const page: Subject = {
  name: "made up",
  source: must(findSource("openai"), "it ships"),
  text: `<!doctype html><html><body><p>Prices per 1M tokens.</p><table>
    <tr><th>Model</th><th>Input</th><th>Cached input</th><th>Output</th></tr>
    <tr><td>ridge-1</td><td>$1.25</td><td>$0.12</td><td>$10.00</td></tr>
    <tr><td>ridge-2</td><td>$2.50</td><td>$0.25</td><td>$15.00</td></tr>
    <tr><td>ridge-3</td><td>$5.75</td><td>$0.57</td><td>$40.00</td></tr>
  </table></body></html>`,
  at: new Date("2026-11-22T00:00:00Z"),
};

const mutants = (subject: Subject, kind: MutationKind) =>
  Array.from({ length: 60 }, (_, seed) => mutate(subject, kind, seeded(seed))).filter(
    (text) => text !== null,
  );

test.each([
  ["a catalogue", catalogue],
  ["a page", page],
])("%s is spoiled in every way, the same with the same seed", (_name, subject) => {
  for (const kind of MUTATION_KINDS) {
    const made = mutants(subject, kind);
    expect([kind, made.some((text) => text !== subject.text)]).toEqual([kind, true]);
    expect(mutants(subject, kind)).toEqual(made);
  }
});

test("swapped columns of a page keep every amount and move some", () => {
  const amounts = (text: string) => (text.match(/\$[\d.]+/g) ?? []).toSorted();
  for (const text of mutants(page, "columns swapped")) expect(amounts(text)).toEqual(amounts(page.text));
});

test("dropped rows of a catalogue leave the others as they were", () => {
  for (const text of mutants(catalogue, "rows dropped")) {
    const left: object = JSON.parse(text);
    const whole: object = JSON.parse(catalogue.text);
    expect(whole).toMatchObject(left);
    expect(Object.keys(left).length).toBeLessThan(4);
  }
});

test("a lost digit changes at most two prices and nothing else", () => {
  const flat = (text: string) =>
    Object.values<object>(JSON.parse(text)).flatMap((each) => Object.entries(each));
  const before = flat(catalogue.text);
  for (const text of mutants(catalogue, "a digit lost")) {
    const changed = flat(text).filter(([key, value], index) => {
      const [oldKey, old] = before[index] ?? [];
      return key !== oldKey || value !== old;
    });
    expect(changed.length).toBeGreaterThan(0);
    expect(changed.length).toBeLessThanOrEqual(2);
    for (const [key] of changed) expect(key).toMatch(/cost/);
  }
});

test("a renamed column stands under a name that other rows have, and no price is lost", () => {
  const made = mutants(catalogue, "column renamed");
  const names = new Set(Object.values<object>(JSON.parse(catalogue.text)).flatMap(Object.keys));
  for (const text of made) {
    const rows = Object.values<object>(JSON.parse(text));
    expect(rows.flatMap(Object.keys).filter((name) => !names.has(name))).toEqual([]);
    expect(rows.flatMap(Object.keys).length).toBe(22);
  }
});
