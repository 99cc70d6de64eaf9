import type { ErrorAnswer } from "./errors.ts";

/** The body by which a failure is told. */
export type WriteFailure = (answer: ErrorAnswer) => unknown;

/** Sends bytes and streams as they are, anything else as JSON. JSON.stringify keeps the exact numbers that JSON.rawJSON made. */
export function send(status: number, body: unknown, headers: Record<string, string>): Response {
  if (body instanceof ReadableStream) return new Response(body, { status, headers });
  if (body instanceof Uint8Array) return new Response(new Uint8Array(body), { status, headers });
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}

/** Sends an error in the one shape, or in that of a route with a protocol of its own. Errors are never cached. */
export function sendError(answer: ErrorAnswer, write: WriteFailure = ({ body }) => body): Response {
  return send(answer.status, write(answer), { "cache-control": "no-store", ...answer.headers });
}
