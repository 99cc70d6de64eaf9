import { asArray, asObject, type JsonValue } from "./digits-json.ts";

/** A pointer into a JSON document in the form `#/data/3/pricing/prompt` (RFC 6901, not percent-encoded). */
export function jsonPointer(...tokens: readonly (string | number)[]): string {
  return `#${tokens.map((token) => `/${String(token).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")}`;
}

/** A pointer to a place below another pointer. */
export function below(pointer: string, ...tokens: readonly (string | number)[]): string {
  return pointer + jsonPointer(...tokens).slice(1);
}

/** The value a pointer leads to, or undefined where the document has no such place. */
export function resolveJsonPointer(document: JsonValue, pointer: string): JsonValue | undefined {
  if (!/^#(\/|$)/.test(pointer)) return undefined;
  let value: JsonValue | undefined = document;
  for (const escaped of pointer.slice(1).split("/").slice(1)) {
    const token = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    const list = asArray(value);
    const fields = asObject(value);
    if (list !== null) value = /^\d+$/.test(token) ? list[Number(token)] : undefined;
    else value = fields !== null && Object.hasOwn(fields, token) ? fields[token] : undefined;
  }
  return value;
}
