import { isStorable, NOT_STORABLE } from "@ratebook/core";

/** Where something in a JSON value cannot be stored, and why. */
export type UnsafePlace = { path: string[]; message: string };

/**
 * Looks through a JSON value for what cannot be stored.
 *
 * @returns the first place that holds a NUL, a lone surrogate, a number that is not finite, something that is not JSON,
 *   or more than 8 levels; null where all is well
 */
export function unsafePlace(value: unknown, path: string[] = []): UnsafePlace | null {
  if (path.length > DEEPEST) return { path, message: `must not be nested deeper than ${DEEPEST} levels` };
  if (typeof value === "string") return isStorable(value) ? null : { path, message: NOT_STORABLE };
  if (typeof value === "number") {
    return Number.isFinite(value) ? null : { path, message: "must be a finite number" };
  }
  if (typeof value === "boolean" || value === null) return null;
  return typeof value === "object" ? unsafeInside(value, path) : { path, message: "must be JSON" };
}

function unsafeInside(value: object, path: string[]): UnsafePlace | null {
  for (const [key, inner] of Object.entries(value)) {
    if (!isStorable(key)) return { path, message: `has a key that ${NOT_STORABLE}` };
    const unsafe = unsafePlace(inner, [...path, key]);
    if (unsafe !== null) return unsafe;
  }
  return null;
}

const DEEPEST = 8;
