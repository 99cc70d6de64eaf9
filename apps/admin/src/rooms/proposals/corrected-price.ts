import { err, ok, type Result, tryParseDecimal, withoutThousands } from "@ratebook/core";

/** Reads a price an operator typed: plain dollars, more than nothing, at most 18 places. The error is a sentence. */
export function readPrice(text: string): Result<string, string> {
  const plain = withoutThousands(text.trim().replace(/^\$/, ""));
  if (plain === "") return err("Say how many dollars.");
  if (!/^\d{1,12}(\.\d{1,18})?$/.test(plain))
    return err("Write plain dollars such as 0.15, at most 18 places.");
  const read = tryParseDecimal(plain);
  if (!read.ok) return err("Write plain dollars such as 0.15, at most 18 places.");
  return read.value.num > 0n ? ok(plain) : err("A price of nothing is no price.");
}

/** Reads for how many units a price is. The error is a sentence. */
export function readPer(text: string): Result<bigint, string> {
  const plain = withoutThousands(text.trim());
  if (!/^\d{1,10}$/.test(plain)) return err("Write a whole number such as 1000000.");
  const per = BigInt(plain);
  return per > 0n && per <= 1_000_000_000n ? ok(per) : err("It is at least 1 and at most 1,000,000,000.");
}
