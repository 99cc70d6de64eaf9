/**
 * What went wrong, as one sentence for a person.
 *
 * Expected failures already come as sentences; a field's problem names the field; a server that cannot be reached is
 * said plainly instead of the browser's own words.
 */
export function errorSentence(error: unknown): string {
  const data = field(error, "data");
  const issues = field(data, "issues");
  if (Array.isArray(issues) && issues.length > 0) return issues.map(issueSentence).join(" ");
  const message = field(error, "message");
  if (data === undefined || data === null) {
    return looksUnreachable(message) ? UNREACHABLE : text(message) || UNKNOWN;
  }
  return text(message) || UNKNOWN;
}

/** The HTTP status a procedure answered with; null where the server was not reached. */
export function errorStatus(error: unknown): number | null {
  const status = field(field(error, "data"), "httpStatus");
  return typeof status === "number" ? status : null;
}

/** The code of an expected failure, as the REST wire has it; null for everything else. */
export function failureCode(error: unknown): string | null {
  const code = field(field(field(error, "data"), "failure"), "code");
  return typeof code === "string" ? code : null;
}

/** The field a refusal is about, by its path in what was sent, and what is wrong with it; null for every other failure. */
export function refusedField(error: unknown): { path: string; message: string } | null {
  const data = field(error, "data");
  const issues = field(data, "issues");
  if (Array.isArray(issues) && issues.length > 0) {
    return { path: text(field(issues[0], "path")), message: text(field(issues[0], "message")) };
  }
  const failure = field(data, "failure");
  const path = text(field(failure, "field"));
  return path === "" ? null : { path, message: text(field(failure, "message")) };
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function issueSentence(issue: unknown): string {
  const path = text(field(issue, "path"));
  const message = text(field(issue, "message"));
  return path === "" ? `${message}.` : `${path}: ${message}.`;
}

// Each browser has its own words for a failed fetch; a proxy's HTML page fails as JSON.
const looksUnreachable = (message: unknown): boolean =>
  /failed to fetch|networkerror|load failed|unexpected token|unable to transform/i.test(text(message));

const UNREACHABLE = "The server cannot be reached just now. Check the connection and try again.";
const UNKNOWN = "Something went wrong. Try again; if it stays, ask your operator.";
