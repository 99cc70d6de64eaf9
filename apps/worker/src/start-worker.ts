import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@ratebook/api/client";
import { type PriceSource, SOURCES } from "@ratebook/catalog";
import { type SafeFetch, safeFetch } from "@ratebook/catalog/fetch";
import { must } from "@ratebook/core";
import { schedule as startCron } from "node-cron";
import type { SourceSettings } from "./env.ts";
import { parseSchedule, previousSlot, type Schedule } from "./schedule.ts";
import { type SyncRequest, type SyncResult, syncOnce } from "./sync-once.ts";
import { TICKS } from "./ticks.ts";

/** Structured log lines. */
export type WorkerLog = {
  info: (fields: Record<string, unknown>, message: string) => void;
  warn: (fields: Record<string, unknown>, message: string) => void;
  error: (fields: Record<string, unknown>, message: string) => void;
};

export type WorkerOptions = {
  /** Address of the server. */
  url: string;
  /** A worker's key: it may submit documents and advance the clock, nothing else. */
  apiKey: string;
  log: WorkerLog;
  sources?: readonly PriceSource[];
  settings?: Partial<SourceSettings>;
  clock?: () => Date;
  fetch?: SafeFetch;
  /** Time between looks for requested runs; default 15 s. */
  pollMs?: number;
};

export type Worker = {
  /** Settles once the bundled prices are in, or could not be; sources on the network are read afterwards. */
  ready: Promise<void>;
  /** Reads what is requested or was abandoned now, without waiting for the poll. */
  takeRequested: () => Promise<void>;
  /** Stops the clock and waits a few seconds for work in hand; what is cut off is taken over by another worker. */
  stop: () => Promise<void>;
};

/**
 * Runs the clock: reads every source on its schedule, catches up what was missed while nothing ran, takes requested
 * runs, and tells the server when its own jobs are due. It reaches the server only through the typed router.
 */
export function startWorker(options: WorkerOptions): Worker {
  const { log, sources = SOURCES, settings = {}, clock = () => new Date(), fetch = safeFetch } = options;
  const client = createClient({ url: options.url, apiKey: options.apiKey });
  const worker = `${hostname()}:${process.pid}`;
  const stopping = new AbortController();
  const inHand = new Set<Promise<unknown>>();
  const scheduled = sources.map((source) => ({ source, schedule: scheduleOf(source, settings) }));

  async function sync(
    source: PriceSource,
    slot: Date,
    trigger: SyncRequest["trigger"],
    retries: number,
  ): Promise<void> {
    const url = settings.urls?.get(source.id);
    const from = {
      from: "origin" as const,
      fetch,
      ...(url !== undefined && { url }),
      options: {
        retries,
        allowLoopback: settings.allowLoopback ?? false,
        headers: settings.headers?.get(source.id) ?? {},
      },
    };
    report(source, await syncOnce({ client, source, slot, trigger, worker, from }));
  }

  function report(source: PriceSource, result: SyncResult): void {
    if (result.outcome === "skipped") return;
    const fields = { source: source.id, ...result };
    if (result.outcome === "failed") log.warn(fields, "a source could not be read; its prices stay and age");
    else log.info(fields, "a source was read");
  }

  /** Keeps work in hand until it ends; a failure is told and the next slot tries again. */
  function run(what: string, work: () => Promise<unknown>): Promise<void> {
    const done = work().then(
      () => {},
      (error: unknown) => log.error({ err: error }, `${what} failed`),
    );
    inHand.add(done);
    return done.finally(() => inHand.delete(done));
  }

  async function takeRequested(): Promise<void> {
    for (const { source: id, slot } of await client.catalog.requested.query()) {
      const source = sources.find((candidate) => candidate.id === id);
      if (source) await sync(source, slot, "request", 1);
    }
  }

  async function startUp(): Promise<void> {
    await announce();
    const now = clock();
    // What ships with this program may be newer than what the last one left, whatever the schedule says.
    for (const { source } of scheduled.filter(({ source }) => isBundled(source, settings))) {
      await sync(source, now, "catch-up", 0);
    }
  }

  /** The server may still be starting, or be replaced just now: the start is tried until it works. */
  async function startUpUntilDone(): Promise<void> {
    for (let pauseMs = 500; !stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, 30_000)) {
      try {
        return await startUp();
      } catch (error) {
        log.warn({ err: error }, "the server did not take the start; trying again");
      }
      await delay(pauseMs, null, { signal: stopping.signal }).catch(() => {});
    }
  }

  async function announce(): Promise<void> {
    await client.catalog.announce.mutate({
      sources: scheduled.map(({ source, schedule }) => ({
        source: source.id,
        title: source.title,
        homepage: source.homepage,
        schedule: schedule?.expression ?? null,
        freshnessHours: source.freshnessHours,
      })),
    });
  }

  async function catchUp(): Promise<void> {
    const now = clock();
    const missed = scheduled.map(async ({ source, schedule }) => {
      const slot = schedule && previousSlot(schedule, now);
      // Without a network a first start should not hang on to retries.
      if (slot && !isBundled(source, settings))
        await run(`reading ${source.id}`, () => sync(source, slot, "catch-up", 0));
    });
    const ticks = TICKS.map(async ({ name, expression }) => {
      const slot = previousSlot(must(parseSchedule(expression), "ticks are written here"), now);
      if (slot) await run(`tick ${name}`, () => client.ops.tick.mutate({ name, slot }));
    });
    await Promise.all([...missed, ...ticks]);
  }

  const tasks = [
    ...scheduled.flatMap(({ source, schedule }) =>
      schedule === null
        ? []
        : [
            startCron(
              schedule.expression,
              ({ date }) => run(`reading ${source.id}`, () => sync(source, toMinute(date), "schedule", 2)),
              UTC,
            ),
          ],
    ),
    ...TICKS.map(({ name, expression }) =>
      startCron(
        expression,
        ({ date }) => run(`tick ${name}`, () => client.ops.tick.mutate({ name, slot: toMinute(date) })),
        UTC,
      ),
    ),
  ];
  const ready = run("the start", startUpUntilDone);
  const poll = setInterval(
    () => void run("looking for requested runs", takeRequested),
    options.pollMs ?? 15_000,
  );
  void ready.then(async () => {
    if (!stopping.signal.aborted) await run("catching up", catchUp);
  });

  return {
    ready,
    takeRequested,
    stop: async () => {
      stopping.abort();
      clearInterval(poll);
      for (const task of tasks) await task.destroy();
      const deadline = AbortSignal.timeout(STOP_MS);
      await Promise.race([
        Promise.all(inHand),
        new Promise((resolve) => deadline.addEventListener("abort", resolve, { once: true })),
      ]);
    },
  };
}

/** Null where the operator switched it off, or it needs a key that was not given. */
function scheduleOf(source: PriceSource, { schedules, headers }: Partial<SourceSettings>): Schedule | null {
  const wanted = schedules?.get(source.id);
  if (wanted === null || (source.key !== undefined && !headers?.has(source.id))) return null;
  return must(
    parseSchedule(wanted ?? source.schedule),
    `the schedule of ${source.id} was checked where it was written`,
  );
}

const isBundled = (source: PriceSource, { urls }: Partial<SourceSettings>): boolean =>
  source.kind === "bundled" && urls?.get(source.id) === undefined;

const toMinute = (date: Date): Date => new Date(Math.floor(date.getTime() / 60_000) * 60_000);

const UTC = { timezone: "UTC", suppressMissedWarning: true } as const;
const STOP_MS = 3000;
