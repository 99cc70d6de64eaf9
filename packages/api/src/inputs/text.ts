import { z } from "zod";

// PostgreSQL stores neither NUL nor half a surrogate pair.
const storable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

/** Text of at most `max` characters that can be stored, trimmed, not empty. */
export const shortText = (max: number) =>
  z.string().trim().min(1).max(max).refine(storable, "must be well-formed text without NUL");

/** The same, which may be empty. */
export const anyText = (max: number) =>
  z.string().trim().max(max).refine(storable, "must be well-formed text without NUL");

/** A customer's, agent's or app's id as the platform spells it. */
export const ExternalId = shortText(200);

/** Anything the platform wants to keep beside a row: a JSON object of at most 8 KiB. */
export const Metadata = z
  .record(z.string(), z.json())
  .refine((value) => JSON.stringify(value).length <= 8_192, "must be at most 8192 characters of JSON")
  .refine((value) => storableDeep(value), "must not contain NUL or broken text");

/** Page size of a list. */
export const Limit = z.coerce.number().int().min(1).max(200).default(50);

function storableDeep(value: unknown): boolean {
  if (typeof value === "string") return storable(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, inner]) => storable(key) && storableDeep(inner));
}
