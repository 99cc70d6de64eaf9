import { findSource, SOURCES } from "@ratebook/catalog";
import { must } from "@ratebook/core";
import { expect, test } from "vitest";
import { sourceDocuments } from "./source-documents.ts";

test("the made documents are 10,000 offerings, and no parser refuses one of them", () => {
  const told = sourceDocuments({}).map(({ source: id, body }) => {
    const source = must(findSource(id), "the source ships with Ratebook");
    const read = source.parse(body, { url: "https://prices.test/", fetchedAt: new Date("2026-11-22") });
    if (!read.ok) throw new Error(`${id}: ${read.error.message}`);
    const { document, alerts, refused } = read.value;
    expect({ id, alerts, refused }).toEqual({ id, alerts: [], refused: [] });
    return document.offerings.map(({ provider, model }) => `${provider}/${model}`);
  });
  expect(told.flat().length).toBe(10_000);
  expect(new Set(told.flat()).size).toBe(10_000);
});

test("every source that reads JSON has a document, the same at every run", () => {
  const documents = sourceDocuments({});
  const json = SOURCES.filter(({ kind, id }) => kind === "json" || id === "genai-prices");
  expect(documents.map(({ source }) => source).sort()).toEqual(json.map(({ id }) => id).sort());
  const again = sourceDocuments({});
  expect(documents.every(({ body }, index) => again[index]?.body.equals(body))).toBe(true);
});
