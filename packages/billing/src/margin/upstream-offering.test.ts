import { expect, test } from "vitest";
import { upstreamOffering } from "./upstream-offering.ts";

const known = ["acme/chat-1", "acme/claude-sonnet-4-5"];
const catalogue = { resolve: (name: string) => known.find((id) => id === name) ?? null };
const of = (model: string, models = {}) => upstreamOffering({ catalogue }, "acme", models, model);

test.each([
  ["chat-1", "acme/chat-1"],
  ["acme/chat-1", "acme/chat-1"],
  ["chat-1, cached input", "acme/chat-1"],
  ["Claude Sonnet 4.5", "acme/claude-sonnet-4-5"],
])("%s is known", (model, offering) => {
  expect(of(model)).toEqual({ offering, known: true });
});

test("the mapping's own word comes first, also for the lines of a model", () => {
  expect(of("c1", { c1: "acme/chat-1" })).toEqual({ offering: "acme/chat-1", known: true });
  expect(of("c1, input", { c1: "acme/chat-1" })).toEqual({ offering: "acme/chat-1", known: true });
  expect(of("chat-1", { "chat-1": "acme/chat-9" })).toEqual({ offering: "acme/chat-9", known: false });
});

test("a name nobody knows stays as it stands", () => {
  expect(of("constructor")).toEqual({ offering: "acme/constructor", known: false });
  expect(of("Chat 2, input")).toEqual({ offering: "acme/Chat 2", known: false });
});
