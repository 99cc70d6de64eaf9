import { err, ok, type Result } from "@ratebook/core";
import type { ApiParameter, ApiRoute } from "./api-document.ts";

/** What a person typed into the form of a route. */
export type RequestDraft = {
  /** By `fieldOf(parameter)`. */
  values: { readonly [field: string]: string };
  /** JSON text. */
  body: string;
};

/** A request that can be sent as it is. */
export type BuiltRequest = {
  method: string;
  /** Path and query, on this very server. */
  url: string;
  /** In the order they are shown; the key is not among them. */
  headers: [name: string, value: string][];
  body: string | null;
  needsKey: boolean;
};

/** What keeps a draft from being sent: the field and a sentence. */
export type DraftIssue = { field: string; message: string };

/** Name of a parameter's field in the draft; the same name may stand in the path and in a header. */
export const fieldOf = ({ in: place, name }: Pick<ApiParameter, "in" | "name">): string => `${place}:${name}`;

/** Field names of the parts that are no parameter. */
export const BODY_FIELD = "body";
export const KEY_FIELD = "key";

/**
 * Turns a filled-in form into a request. Empty optional fields are left out; every problem is named, not just the first.
 */
export function buildRequest(route: ApiRoute, draft: RequestDraft): Result<BuiltRequest, DraftIssue[]> {
  const issues: DraftIssue[] = [];
  const given = (parameter: ApiParameter): string => {
    const value = (draft.values[fieldOf(parameter)] ?? "").trim();
    if (value === "" && (parameter.required || parameter.in === "path")) {
      issues.push({ field: fieldOf(parameter), message: `${parameter.name} is required` });
    }
    return value;
  };
  let path = route.path;
  const query = new URLSearchParams();
  const headers: [string, string][] = [];
  for (const parameter of route.parameters) {
    const value = given(parameter);
    if (value === "") continue;
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, () => encodeURIComponent(value));
    else if (parameter.in === "query") query.set(parameter.name, value);
    else if (isHeaderText(value)) headers.push([parameter.name, value]);
    else issues.push({ field: fieldOf(parameter), message: "a header holds printable ASCII only" });
  }
  const body = route.body === null || draft.body.trim() === "" ? null : draft.body.trim();
  if (route.body?.required === true && body === null) {
    issues.push({ field: BODY_FIELD, message: "a JSON body is required" });
  }
  if (body !== null) {
    const problem = jsonProblem(body);
    if (problem !== null) issues.push({ field: BODY_FIELD, message: problem });
    headers.push(["Content-Type", "application/json"]);
  }
  if (issues.length > 0) return err(issues);
  const search = query.size === 0 ? "" : `?${query}`;
  return ok({ method: route.method, url: path + search, headers, body, needsKey: route.needsKey });
}

/** What is wrong with a pasted key, as a sentence; null where it can be sent. */
export function keyProblem(key: string): string | null {
  if (key === "") return "paste an API key to run this route";
  return isHeaderText(key) && !/\s/.test(key)
    ? null
    : "an API key has no spaces and only plain letters and digits";
}

const isHeaderText = (value: string): boolean => /^[\x20-\x7e]*$/.test(value);

function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `not valid JSON: ${error instanceof Error ? error.message : "unreadable"}`;
  }
}
