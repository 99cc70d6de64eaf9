import { expect, test } from "vitest";
import { firstRows, readStream, setField } from "./change-stream.ts";

const stream = [
  '{"d":"2024-01-02","c":"a1","n":2,"add":1,"rem":["old"],"ch":[["acme/one","input_cost_per_token",1e-06,2e-06]]}',
  '{"d":"2024-01-03","c":"b2","badjson":"line 7"}',
  '{"d":"2024-01-04","c":"c3","n":2,"add":0,"rem":[],"ch":[["acme/one","input_cost_per_token",2e-06,1e-06],["acme/one","cache_read_input_token_cost",null,1e-07]]}',
  "",
].join("\n");

test("a line is a version, one that was no JSON says so and changes nothing", () => {
  const versions = readStream(stream);
  expect(versions.map(({ commit, invalid, changes }) => [commit, invalid, changes.length])).toEqual([
    ["a1", null, 1],
    ["b2", "line 7", 0],
    ["c3", null, 2],
  ]);
  expect(versions[0]).toMatchObject({ at: new Date("2024-01-02T12:00:00Z"), removed: ["old"] });
  expect(() => readStream('{"d":"soon","c":"x"}')).toThrow();
});

test("a model starts as a recorded document says, with the first known value of every field that changes", () => {
  const recorded = new Map([
    ["acme/one", { litellm_provider: "acme", mode: "chat", output_cost_per_token: 4e-6 }],
  ]);
  expect(firstRows(readStream(stream), [new Map(), recorded]).get("acme/one")).toEqual({
    litellm_provider: "acme",
    mode: "chat",
    output_cost_per_token: 4e-6,
    input_cost_per_token: 1e-6,
  });
  expect(firstRows(readStream(stream), []).get("acme/one")).toMatchObject({ litellm_provider: "acme" });
});

test("a dotted field is set inside its object, null takes a field away", () => {
  const row = { a: 1 };
  setField(row, "b.c", 2);
  setField(row, "b.d", 3);
  setField(row, "a", null);
  expect(row).toEqual({ b: { c: 2, d: 3 } });
});
