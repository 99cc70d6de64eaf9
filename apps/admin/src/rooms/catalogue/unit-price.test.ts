import { parseDecimal } from "@ratebook/core";
import { describe, expect, test } from "vitest";
import { dollars, perText, unitPrice } from "./unit-price.ts";

const token = (usd: string, per: bigint) => ({ usd, per, unit: "token" });

describe("unitPrice", () => {
  test("converts token prices exactly, whatever unit the source states", () => {
    expect(unitPrice(token("0.15", 1_000_000n), "1m")).toEqual({ amount: "$0.15", per: "1M tokens" });
    // 0.15 / 1,000.
    expect(unitPrice(token("0.15", 1_000_000n), "1k")).toEqual({ amount: "$0.00015", per: "1K tokens" });
    // 0.000024 × 1,000: a per-1K price shown per million.
    expect(unitPrice(token("0.000024", 1_000n), "1m")).toEqual({ amount: "$0.024", per: "1M tokens" });
    expect(unitPrice(token("0.0000000003", 1n), "1m")).toEqual({ amount: "$0.0003", per: "1M tokens" });
  });

  test("keeps digits that a float would lose", () => {
    // 0.1 + 0.2 in floats ends in …04; and 17 digits are more than a double holds.
    expect(unitPrice(token("0.30000000000000004", 1n), "1k").amount).toBe("$300.00000000000004");
    expect(unitPrice(token("123456789.123456789", 1_000_000n), "1k").amount).toBe("$123,456.789123456789");
  });

  test("leaves prices of anything else in their own unit", () => {
    expect(unitPrice({ usd: "0.05", per: 1_000n, unit: "character" }, "1m")).toEqual({
      amount: "$0.05",
      per: "1K characters",
    });
    expect(unitPrice({ usd: "0.24", per: 1n, unit: "image" }, "1k")).toEqual({
      amount: "$0.24",
      per: "image",
    });
  });

  test("keeps the stated unit where the decimals would never end", () => {
    expect(unitPrice(token("1", 3n), "1k")).toEqual({ amount: "$1.00", per: "3 tokens" });
  });

  test("what is shown is the same price at every scale and stated unit", () => {
    for (const usd of ["0.000001", "0.07", "1.1", "2.675", "59.999999", "1000000.000001"]) {
      for (const per of [1n, 64n, 1_000n, 1_000_000n]) {
        const shown = parseDecimal(unitPrice(token(usd, per), "1m").amount.replace(/[$,]/g, ""));
        const stated = parseDecimal(usd);
        // shown / 1,000,000 = stated / per, by cross-multiplication.
        expect(shown.num * per * stated.den).toBe(stated.num * 1_000_000n * shown.den);
      }
    }
  });
});

describe("perText", () => {
  test("says the unit in words", () => {
    expect(perText(1n, "GB day")).toBe("GB day");
    expect(perText(60n, "second")).toBe("60 seconds");
    expect(perText(1_000, "search")).toBe("1K searches");
    expect(perText(500_000n, "token")).toBe("500,000 tokens");
  });
});

describe("dollars", () => {
  test("groups thousands, pads to cents, and rounds nothing", () => {
    expect(dollars("1200")).toBe("$1,200.00");
    expect(dollars("0.000000024")).toBe("$0.000000024");
    expect(dollars("3.840")).toBe("$3.84");
  });
});
