import { err, ok, type Result } from "@ratebook/core";
import { z } from "zod";
import type { InvalidField } from "./usage-error.ts";

/** Where a list goes on: the sort keys of the last row shown, as text that callers need not understand. */
export const writeCursor = (keys: readonly string[]): string =>
  Buffer.from(JSON.stringify(keys)).toString("base64url");

/**
 * The keys of a cursor; none where there is no cursor.
 *
 * @param shapes what each key looks like, so that nothing but what a list wrote reaches the database
 * @returns `validation_error` for the cursor of another list, or no cursor at all
 */
export function readCursor(
  cursor: string | undefined,
  shapes: readonly RegExp[],
): Result<string[], InvalidField> {
  if (cursor === undefined) return ok([]);
  const read = Keys.safeParse(parsed(Buffer.from(cursor, "base64url").toString("utf8")));
  const fits =
    read.success && read.data.length === shapes.length && read.data.every((key, n) => shapes[n]?.test(key));
  if (fits) return ok(read.data);
  return err({ kind: "validation_error", field: "cursor", message: "is not a cursor of this list" });
}

/** Microseconds since 1970: PostgreSQL's instants to the last digit. */
export const MICROS = /^\d{1,17}$/;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Anything that can be stored as text. */
export const TEXT = /^[^\0]{0,600}$/;

/** Null for what is no JSON: no cursor is null. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const Keys = z.array(z.string().max(600)).max(4);
