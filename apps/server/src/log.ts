import { type DestinationStream, type Logger, pino } from "pino";
import type { ServerConfig } from "./env.ts";

/**
 * Makes the process's log: JSON lines, with credentials struck out wherever they might appear.
 *
 * @param destination standard output where absent
 */
export function createLog(level: ServerConfig["logLevel"], destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: "ratebook-server" },
    serializers: { err: serializeError },
    redact: { paths: [...SECRETS, ...SECRETS.map((name) => `*.${name}`)], censor: "[redacted]" },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/**
 * An error without what it carries along: a failed query's message and properties quote its parameters, among them
 * hashes, addresses and tokens.
 */
function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return toldOf(error);
  const { name, message, stack, cause } = error;
  const told = message.split("\nparams:")[0] ?? "";
  return {
    type: name,
    message: told,
    ...("code" in error && { code: error.code }),
    // The stack begins with the message.
    stack: stack === undefined ? undefined : told + stack.slice(Math.max(0, stack.indexOf("\n    at "))),
    ...(cause !== undefined && depth < 3 && { cause: serializeError(cause, depth + 1) }),
  };
}

/** Some libraries announce a copy of an error's fields instead of the error. */
function toldOf(thrown: unknown): unknown {
  if (typeof thrown !== "object" || thrown === null || !("message" in thrown)) return String(thrown);
  const code = "code" in thrown ? { code: thrown.code } : {};
  return { message: String(thrown.message).split("\nparams:")[0], ...code };
}

const SECRETS = ["key", "apiKey", "token", "password", "secret", "authorization", "cookie"];
