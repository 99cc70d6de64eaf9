import { err, type Nanos, ok, parseUsd, type Result, readInstant, withoutThousands } from "@ratebook/core";

/** Reads the amount an operator typed: dollars, more than nothing. The error is a sentence. */
export function readAmount(text: string): Result<Nanos, string> {
  const amount = parseUsd(withoutThousands(text.trim().replace(/^\$/, "")));
  if (!amount.ok)
    return err(text.trim() === "" ? "Say how many dollars." : `The amount ${amount.error.message}.`);
  return amount.value > 0n ? amount : err("The amount must be more than 0.");
}

/** The instant at which credits of a chosen day end: the start of the day after it, UTC, so that the whole day counts. */
export function endOfDay(day: string): Result<Date, string> {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(day) ? readInstant(day) : null;
  if (start === null) return err("This is no date.");
  return ok(new Date(start.getTime() + 86_400_000));
}
