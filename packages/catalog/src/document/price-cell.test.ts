import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPriceCell } from "./price-cell.ts";

describe("a cell with exactly one price and one known unit is read", () => {
  test.each([
    ["$5.00", "5.00", null],
    ["0.175", "0.175", null],
    ["$3 / MTok", "3", { of: "token", per: 1_000_000 }],
    ["$0.25 / MTok1", "0.25", { of: "token", per: 1_000_000 }],
    ["$0.3 / M tokens", "0.3", { of: "token", per: 1_000_000 }],
    ["$1.40 per 1M tokens", "1.40", { of: "token", per: 1_000_000 }],
    ["$2 / 1,000,000 tokens", "2", { of: "token", per: 1_000_000 }],
    ["$2 per million tokens", "2", { of: "token", per: 1_000_000 }],
    ["$15.00 / 1M characters", "15.00", { of: "character", per: 1_000_000 }],
    ["$0.05 / 1K characters", "0.05", { of: "character", per: 1_000 }],
    ["$0.006 / minute", "0.006", { of: "second", per: 60 }],
    ["$0.22 per hour", "0.22", { of: "second", per: 3600 }],
    ["$10.00 / 1k calls", "10.00", { of: "call", per: 1_000 }],
    ["$10 / 1,000 searches", "10", { of: "search", per: 1_000 }],
    ["$0.01 / use", "0.01", { of: "call", per: 1 }],
    ["$1,250.50", "1250.50", null],
    ["**$0.084**", "0.084", null],
  ])("%s", (text, usd, unit) => {
    expect(readPriceCell(text)).toEqual({ is: "price", usd, unit });
  });
});

test.each(["-", "–", "—", "\\", "", " ", "N/A", "Not available"])("%j is nothing", (text) => {
  expect(readPriceCell(text)).toEqual({ is: "none" });
});

test.each(["Free", "free", "Free of charge", "Limited-time Free"])("%s is free", (text) => {
  expect(readPriceCell(text)).toEqual({ is: "free" });
});

describe("anything else is refused with its reason", () => {
  test.each([
    ["$1.25 $2.50", "ambiguous_price"],
    ["$0.03 / MTok (equivalent to approximately $0.0024/minute)", "ambiguous_price"],
    ["1 GB $0.03, 4 GB $0.12 per session", "ambiguous_price"],
    ["0.02元", "not_usd"],
    ["¥4", "not_usd"],
    ["€3", "not_usd"],
    ["$0.10 / GB per day (1 GB free)", "ambiguous_unit"],
    ["$2 / fortnight", "ambiguous_unit"],
    ["$0.75 through December 31, 2026", "unreadable_price"],
    ["from $3", "unreadable_price"],
    ["$1,25", "unreadable_price"],
    ["$0,125", "unreadable_price"],
    ["$2 / 1,5 images", "ambiguous_unit"],
    ["$2 / 1.5 images", "ambiguous_unit"],
    ["$2 / 1,00 pages", "ambiguous_unit"],
    ["$2 / 10,0000 tokens", "ambiguous_unit"],
    ["$2 / 1.000 tokens", "ambiguous_unit"],
    ["call us", "unreadable_price"],
    ["$-3", "unreadable_price"],
    ["3 cents", "unreadable_price"],
    ["$0.0024 cents per step", "unreadable_price"],
  ])("%s: %s", (text, kind) => {
    expect(readPriceCell(text)).toMatchObject({ is: "refused", kind });
  });

  test("whatever stands after a price that is not a unit", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,12} [a-z]{3,12}$/), (words) => {
        expect(readPriceCell(`$3 ${words}`)).toMatchObject({ is: "refused" });
      }),
    );
  });
});
