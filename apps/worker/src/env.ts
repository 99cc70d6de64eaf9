import { keyHeaders, type PriceSource } from "@ratebook/catalog";
import { err, ok, type Result } from "@ratebook/core";
import { z } from "zod";
import { parseSchedule } from "./schedule.ts";

/** The worker's settings. */
export type WorkerEnv = {
  url: string;
  apiKey: string;
  logLevel: "debug" | "info" | "warn" | "error" | "silent";
} & SourceSettings;

/** What may be set about sources; shared by the worker on its own and inside a server. */
export type SourceSettings = {
  /** Cron expression by source id; null where a source is not to be read on a schedule. */
  schedules: ReadonlyMap<string, string | null>;
  /** A mirror's address by source id. */
  urls: ReadonlyMap<string, string>;
  /** Request headers by source id: none, or the one with its key; a source that lacks its key is missing. */
  headers: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Lets sources be read from this machine; for tests and local mirrors. */
  allowLoopback: boolean;
};

/** What settings need to know of a source. */
export type KeyedSource = Pick<PriceSource, "id" | "key">;

/** What is wrong with a setting. */
export type EnvError = { kind: "invalid_setting"; name: string; message: string };

const Env = z.object({
  RATEBOOK_URL: z.url().default("http://127.0.0.1:3000"),
  RATEBOOK_WORKER_KEY: z.string().min(1, "is required: a worker's API key"),
  LOG_LEVEL: z.enum(["debug", "info", "warn", "error", "silent"]).default("info"),
});

/** Reads the worker's settings from the environment; names the first variable that is wrong. */
export function readEnv(
  env: Readonly<Record<string, string | undefined>>,
  sources: readonly KeyedSource[],
): Result<WorkerEnv, EnvError> {
  const parsed = Env.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? "environment");
    const missing = env[name] === undefined ? "is required" : issue?.message;
    return err({ kind: "invalid_setting", name, message: missing ?? "is not valid" });
  }
  const settings = readSourceSettings(env, sources);
  if (!settings.ok) return settings;
  const { RATEBOOK_URL: url, RATEBOOK_WORKER_KEY: apiKey, LOG_LEVEL: logLevel } = parsed.data;
  return ok({ url, apiKey, logLevel, ...settings.value });
}

/**
 * Reads `RATEBOOK_SCHEDULE_<SOURCE>` (a cron expression in UTC, or "off"), `RATEBOOK_SOURCE_URL_<SOURCE>` and
 * `RATEBOOK_SOURCE_LOOPBACK`. A source's id is written in capitals, other characters than letters and digits as `_`.
 */
export function readSourceSettings(
  env: Readonly<Record<string, string | undefined>>,
  sources: readonly KeyedSource[],
): Result<SourceSettings, EnvError> {
  const schedules = new Map<string, string | null>();
  const urls = new Map<string, string>();
  const headers = new Map<string, Readonly<Record<string, string>>>();
  for (const { id: source, ...rest } of sources) {
    const own = keyHeaders(rest, env);
    if (own !== null) headers.set(source, own);
    const suffix = source.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
    const schedule = env[`RATEBOOK_SCHEDULE_${suffix}`];
    if (schedule !== undefined) {
      if (schedule !== "off" && parseSchedule(schedule) === null) {
        const name = `RATEBOOK_SCHEDULE_${suffix}`;
        return err({
          kind: "invalid_setting",
          name,
          message: 'must be a cron expression of five fields, or "off"',
        });
      }
      schedules.set(source, schedule === "off" ? null : schedule);
    }
    const url = env[`RATEBOOK_SOURCE_URL_${suffix}`];
    if (url !== undefined) {
      if (!URL.canParse(url)) {
        return err({
          kind: "invalid_setting",
          name: `RATEBOOK_SOURCE_URL_${suffix}`,
          message: "must be an address",
        });
      }
      urls.set(source, url);
    }
  }
  const loopback = FLAGS.get((env[LOOPBACK] ?? "").trim().toLowerCase());
  if (loopback === undefined) {
    return err({ kind: "invalid_setting", name: LOOPBACK, message: 'must be "true" or "false"' });
  }
  return ok({ schedules, urls, headers, allowLoopback: loopback });
}

const LOOPBACK = "RATEBOOK_SOURCE_LOOPBACK";
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
  ["", false],
]);
