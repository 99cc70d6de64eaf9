import { err, ok, type Result } from "@ratebook/core";

/** A number of a JSON document, as the document spells it ("1.5e-07"). It was never a float. */
export class JsonNumber {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

export type JsonObject = { readonly [key: string]: JsonValue };
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;

/** Text that is not JSON, with the parser's own words. */
export type NotJson = { kind: "not_json"; detail: string };

/**
 * Parses JSON and keeps every number's digits, so that no price passes through a float.
 *
 * `not_json` carries the parser's message, which names the place.
 */
export function parseJsonKeepingDigits(text: string): Result<JsonValue, NotJson> {
  try {
    const value: JsonValue = JSON.parse(text, keepDigits);
    return ok(value);
  } catch (error) {
    if (error instanceof SyntaxError) return err({ kind: "not_json", detail: error.message });
    throw error;
  }
}

/** The value as an object, or null for anything else. */
export const asObject = (value: JsonValue | undefined): JsonObject | null => (isObject(value) ? value : null);

/** The value as a list, or null for anything else. */
export const asArray = (value: JsonValue | undefined): readonly JsonValue[] | null =>
  isArray(value) ? value : null;

/** The value as text, or null for anything else, numbers included. */
export const asText = (value: JsonValue | undefined): string | null =>
  typeof value === "string" ? value : null;

/** A whole number such as a threshold or a clock time (never a price), or null. */
export function asWhole(value: JsonValue | undefined): number | null {
  if (!(value instanceof JsonNumber)) return null;
  const whole = Number(value.source);
  return Number.isSafeInteger(whole) ? whole : null;
}

/** The value as `JSON.parse` alone would give it. For parts of a document that hold no price as a number. */
export function plainJson(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return Number(value.source);
  if (isArray(value)) return value.map(plainJson);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainJson(each)]));
}

function keepDigits(_key: string, value: unknown, context?: { source: string }): unknown {
  return typeof value === "number" && context !== undefined ? new JsonNumber(context.source) : value;
}

const isArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !isArray(value) && !(value instanceof JsonNumber);
