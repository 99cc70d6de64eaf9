import { nanos } from "@ratebook/core";
import { expect, test } from "vitest";
import {
  type AlertTexts,
  readAlerts,
  readAmounts,
  readDays,
  readLimit,
  readPercents,
} from "./typed-alerts.ts";

const texts: AlertTexts = {
  byMail: true,
  emails: [],
  amounts: "",
  percents: "",
  runwayDays: "",
  dailySpend: "",
  monthlySpend: "",
};

test("levels are read as people type them, exactly", () => {
  expect(readAmounts("5, $2.50; 0")).toEqual({ ok: true, value: [5_000_000_000n, 2_500_000_000n, 0n] });

  expect(readPercents("20%, 10")).toEqual({ ok: true, value: [20, 10] });
  expect(readAmounts("")).toEqual({ ok: true, value: [] });
});

test.each([
  [readAmounts("five").ok],
  [readAmounts("-1").ok],
  [readPercents("0").ok],
  [readPercents("101").ok],
  [readPercents("1.5").ok],
  [readDays("0").ok],
  [readDays("91").ok],
  [readLimit("0").ok],
])("what is no level, day or limit is refused", (accepted) => {
  expect(accepted).toBe(false);
});

test("an empty form asks for nothing, a full one for all of it", () => {
  expect(readAlerts(texts)).toMatchObject({ levels: [], runwayDays: null, dailySpend: null });
  expect(readAlerts({ ...texts, amounts: "5", percents: "20", runwayDays: "3", dailySpend: "100" })).toEqual({
    byMail: true,
    emails: [],
    levels: [
      { kind: "amount", amount: nanos(5_000_000_000n) },
      { kind: "percent", percent: 20 },
    ],
    runwayDays: 3,
    dailySpend: 100_000_000_000n,
    monthlySpend: null,
  });
  expect(readAlerts({ ...texts, amounts: "x" })).toBeNull();
});
