import type { z } from "zod";

/**
 * Says in a person's words what is wrong with a field, to follow the field's name: "must be at least 1".
 *
 * The server gives it to zod for the whole process; a schema's own words win, and what is not listed here keeps zod's.
 */
export const issueSentence: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined ? "is required" : `must be ${kindOf(issue.expected)}`;
    case "too_small":
      return `must ${bound(issue.origin, issue.minimum, issue.inclusive === false ? "more than" : "at least")}`;
    case "too_big":
      return `must ${bound(issue.origin, issue.maximum, issue.inclusive === false ? "less than" : "at most")}`;
    case "invalid_value":
      return issue.input === undefined
        ? "is required"
        : `must be one of ${issue.values.map(String).join(", ")}`;
    case "invalid_format":
      return FORMATS[issue.format];
    case "invalid_union":
      return issue.input === undefined ? "is required" : union(issue.errors);
    case "custom":
    case "invalid_element":
    case "invalid_key":
    case "not_multiple_of":
    case "unrecognized_keys":
      return undefined;
  }
};

function bound(origin: string, limit: number | bigint, words: string): string {
  if (origin === "string")
    return limit === 1n || limit === 1 ? oneCharacter(words) : `have ${words} ${limit} characters`;
  if (origin === "array") return `have ${words} ${limit} ${limit === 1 || limit === 1n ? "item" : "items"}`;
  return `be ${words} ${limit}`;
}

const oneCharacter = (words: string): string =>
  words === "at least" ? "not be empty" : `have ${words} 1 character`;

/** "must be a number or text", where every branch only wanted another kind of value. */
function union(branches: readonly (readonly z.core.$ZodIssue[])[]): string | undefined {
  const kinds = branches.map(([issue]) =>
    issue?.code === "invalid_type" && issue.path.length === 0 ? kindOf(issue.expected) : null,
  );
  return kinds.includes(null) ? undefined : `must be ${[...new Set(kinds)].join(" or ")}`;
}

const kindOf = (expected: string): string => KINDS[expected] ?? `of the kind ${expected}`;

const KINDS: { [expected: string]: string } = {
  string: "text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  object: "an object",
  record: "an object",
  array: "a list",
  date: "an instant",
  null: "null",
};

const FORMATS: { [format: string]: string } = {
  uuid: "must be a UUID",
  datetime: "must be an instant such as 2026-11-22T00:00:00Z",
  email: "must be an e-mail address",
};
