import { err, ok, type Result } from "@ratebook/core";

type Bounds = { min: number; max: number; optional: boolean };

/** Reads what a field for a whole number holds; null where it is empty and may be. The error is a sentence. */
export function readCount(
  value: string | number,
  { min, max, optional }: Bounds,
): Result<number | null, string> {
  const text = String(value).trim();
  if (text === "") return optional ? ok(null) : err("Say how many.");
  const count = Number(text);
  return /^\d{1,6}$/.test(text) && count >= min && count <= max
    ? ok(count)
    : err(`Write a whole number from ${min} to ${max.toLocaleString("en")}.`);
}
