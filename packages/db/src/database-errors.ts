/**
 * The SQLSTATE, or the client's own code (`CONNECT_TIMEOUT`, `ECONNREFUSED`), of a database error; undefined for
 * anything else. Looks through the error drizzle wraps around the client's.
 */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return sqlStateOf(error.cause);
}

/**
 * Whether an error says that the database cannot be reached just now (refused, timed out, cut, shutting down, starting
 * up, out of connections), as opposed to having answered. What was sent may or may not have been committed: only an
 * operation with an idempotency key may be repeated.
 */
export function isDatabaseDown(error: unknown): boolean {
  const code = sqlStateOf(error);
  return code !== undefined && (DOWN.has(code) || code.startsWith("08"));
}

const DOWN = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);
