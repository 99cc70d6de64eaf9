import type { ErrorAnswer } from "./errors.ts";

/** Sends JSON. JSON.stringify keeps the exact numbers that JSON.rawJSON made. */
export function send(status: number, body: unknown, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}

/** Sends an error in the one shape. Errors are never cached. */
export function sendError(answer: ErrorAnswer): Response {
  return send(answer.status, answer.body, { "cache-control": "no-store", ...answer.headers });
}
