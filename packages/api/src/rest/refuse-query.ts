import { err, type Result } from "@ratebook/core";
import { type ErrorAnswer, tell } from "./errors.ts";
import type { Route } from "./route.ts";

/**
 * What is wrong with the names in a request's query, or null. A parameter that the route does not know is refused, because a
 * filter that is misspelled would answer more than was asked for; so is one that is there twice.
 */
export function refuseQuery(
  { query }: Pick<Route, "query">,
  sent: Record<string, string[]>,
): Result<never, ErrorAnswer> | null {
  const known = Object.keys(shapeOf(query));
  for (const [field, values] of Object.entries(sent)) {
    if (!known.includes(field)) return refusal(field, unknownSentence(field, known));
    if (values.length > 1) return refusal(field, "is there more than once");
  }
  return null;
}

const shapeOf = (query: Route["query"]): object =>
  query !== undefined && "shape" in query && typeof query.shape === "object" ? (query.shape ?? {}) : {};

function unknownSentence(field: string, known: readonly string[]): string {
  if (field === "customer") return "is named by the header X-Customer, not by a parameter";
  if (known.length === 0) return "is not known: this address takes no parameters";
  return `is not a parameter of this address; it takes ${known.join(", ")}`;
}

const refusal = (field: string, message: string): Result<never, ErrorAnswer> =>
  err(tell({ kind: "validation_error", field, message }));
