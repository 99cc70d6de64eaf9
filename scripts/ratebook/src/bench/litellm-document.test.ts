import { findSource } from "@ratebook/catalog";
import { diffDocuments, must } from "@ratebook/core";
import { expect, test } from "vitest";
import { type LitellmDocument, litellmDocument, repriced } from "./litellm-document.ts";

const source = must(findSource("litellm"), "the source ships with Ratebook");

function parsed({ body }: LitellmDocument) {
  const read = source.parse(body, { url: "https://prices.test/litellm.json", fetchedAt: new Date(0) });
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

test("the made document has 2,900 offerings in every kind, and the parser refuses none of them", () => {
  const { document, alerts, refused } = parsed(litellmDocument({}));
  expect(document.offerings.length).toBe(2_900);
  expect([alerts, refused]).toEqual([[], []]);
  const modalities = new Set(document.offerings.map(({ modality }) => modality));
  expect([...modalities].sort()).toEqual(["embedding", "image", "language", "stt", "video"]);
});

test("the document is the same at every run", () => {
  expect(litellmDocument({}).body.equals(litellmDocument({}).body)).toBe(true);
});

test("the repriced document changes few enough prices that no guard holds them", () => {
  const document = litellmDocument({});
  const { changes } = diffDocuments(parsed(document).document, parsed(repriced(document)).document);
  expect(new Set(changes.map(({ kind }) => kind))).toEqual(new Set(["changed"]));
  expect(changes.length).toBeGreaterThan(5);
  expect(changes.length).toBeLessThanOrEqual(20);
});
