import type { ApiParameter, ApiRoute } from "./api-document.ts";
import { fieldOf, type RequestDraft } from "./build-request.ts";
import { type Schemas, textOf } from "./json-schema.ts";
import { exampleOf } from "./schema-example.ts";

/**
 * What the form of a route starts with: the documented example body, and a fresh idempotency key where one is wanted, so
 * that the first run is a new operation and a second one shows the replay.
 *
 * @param newId makes the idempotency key
 */
export function initialDraft(
  { parameters, body }: ApiRoute,
  schemas: Schemas,
  newId: () => string,
): RequestDraft {
  const values = parameters.flatMap((parameter): [string, string][] => {
    const start = startOf(parameter, newId);
    return start === "" ? [] : [[fieldOf(parameter), start]];
  });
  const example = body === null ? "" : (body.example ?? exampleOf(body.schema, schemas));
  return {
    values: Object.fromEntries(values),
    body: example === "" ? "" : JSON.stringify(example, null, 2),
  };
}

/** Whether a parameter names an operation, so that a new value means a new operation. */
export const isIdempotencyKey = ({ in: place, name }: Pick<ApiParameter, "in" | "name">): boolean =>
  place === "header" && name.toLowerCase() === "idempotency-key";

/** A hint of what goes into a parameter's field. */
export function placeholderOf({ schema }: ApiParameter): string {
  const { example, default: start } = schema;
  if (typeof example === "string" || typeof example === "number") return `e.g. ${example}`;
  if (typeof start === "string" || typeof start === "number") return `default ${start}`;
  return textOf(schema, "format");
}

const startOf = (parameter: ApiParameter, newId: () => string): string =>
  isIdempotencyKey(parameter) ? newId() : "";
