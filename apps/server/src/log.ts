import { type Logger, pino } from "pino";
import type { ServerConfig } from "./env.ts";

/** Makes the process's log: JSON lines, with credentials struck out wherever they might appear. */
export function createLog(level: ServerConfig["logLevel"]): Logger {
  return pino({
    level,
    base: { service: "ratebook-server" },
    redact: {
      paths: [
        "key",
        "apiKey",
        "token",
        "password",
        "secret",
        "authorization",
        "cookie",
        "*.key",
        "*.apiKey",
        "*.token",
        "*.password",
        "*.secret",
        "*.authorization",
        "*.cookie",
        "*.parameters",
        "*.args",
      ],
      censor: "[redacted]",
    },
  });
}
