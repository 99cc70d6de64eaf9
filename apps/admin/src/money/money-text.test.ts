import { formatUsd, nanos, parseUsd } from "@ratebook/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { moneyText } from "./money-text.ts";

test("every nano is shown, cents always, thousands grouped", () => {
  expect(moneyText(nanos(0n))).toBe("$0.00");
  expect(moneyText(nanos(24n))).toBe("$0.000000024");
  expect(moneyText(nanos(1_234_567_500_000_000n))).toBe("$1,234,567.50");
  expect(moneyText(nanos(-8_568_000n))).toBe("−$0.008568");
});

test("a sign is put before what comes in only where asked", () => {
  expect(moneyText(nanos(5_000_000_000n), { signed: true })).toBe("+$5.00");
  expect(moneyText(nanos(0n), { signed: true })).toBe("$0.00");
  expect(moneyText(nanos(-1n), { signed: true })).toBe("−$0.000000001");
});

test("the text reads back as the same amount", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (amount) => {
      const plain = moneyText(nanos(amount)).replace("−", "-").replace("$", "").replaceAll(",", "");
      const read = parseUsd(plain, { negative: "allowed" });
      expect(read.ok && formatUsd(read.value)).toBe(formatUsd(nanos(amount)));
    }),
  );
});
