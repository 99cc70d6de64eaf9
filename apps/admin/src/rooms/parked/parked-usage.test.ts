import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import { parkedReasonText, quantityTexts, ratedText } from "./parked-usage.ts";
import { rateAllParked } from "./rate-all-parked.ts";

const found = { looked: 0, rated: 0, amount: nanos(0n), unrated: {}, postponed: 0 };

test("what a run found is said in sentences", () => {
  expect(ratedText(found, true)).toEqual(["Nothing waits for a price."]);
  expect(ratedText({ ...found, looked: 1, unrated: { unknown_offering: 1 } }, false)).toEqual([
    "None of 1 event has a price yet.",
    "Still waiting, 1 event: No offering of this name had a price then.",
  ]);
  expect(ratedText({ ...found, looked: 1200, rated: 1100, postponed: 2 }, true)).toEqual([
    "1,100 of 1,200 events would be rated.",
    "2 events could not be taken just now; try again.",
  ]);
  expect(ratedText({ ...found, looked: 1, rated: 1 }, false)).toEqual(["1 of 1 event was rated."]);
});

test("volumes are grouped exactly, an unknown reason is still said", () => {
  expect(quantityTexts({ input_tokens: "1234567", stt_second: "1.125" })).toEqual([
    "1,234,567 Input tokens",
    "1.125 STT second",
  ]);
  expect(parkedReasonText("brand_new")).toBe("brand new");
});

test("every page is rated and added up exactly", async () => {
  const pages = [
    { ...found, looked: 2, rated: 1, amount: nanos(7n), unrated: { not_listed: 1 }, nextCursor: "b" },
    { ...found, looked: 1, rated: 1, amount: nanos(5n), nextCursor: null },
  ];
  const asked: (string | null)[] = [];
  const sum = await rateAllParked(async (cursor) => {
    asked.push(cursor);
    return pages[asked.length - 1] ?? Promise.reject(new Error("there is no third page"));
  });
  expect(asked).toEqual([null, "b"]);
  expect(sum).toMatchObject({ looked: 3, rated: 2, amount: 12n, unrated: { not_listed: 1 } });
});
