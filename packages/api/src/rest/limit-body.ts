import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { payloadTooLarge } from "./errors.ts";
import { sendError } from "./send.ts";

/** Refuses larger bodies with 413, whether they declare their length or not. */
export const limitBody = (limitBytes: number): MiddlewareHandler =>
  bodyLimit({ maxSize: limitBytes, onError: () => sendError(payloadTooLarge(limitBytes)) });
