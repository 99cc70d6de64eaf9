import type { Jobs } from "@ratebook/billing";
import { sql } from "drizzle-orm";
import { fromDrizzle, type JobResult, PgBoss } from "pg-boss";
import type { Logger } from "pino";

/** Work by name; it may run more than once, so each piece is safe to repeat. */
export type JobHandlers = { readonly [name: string]: (payload: Record<string, unknown>) => Promise<void> };

/** The queue of this database, and the workers of this process on it. */
export type JobRunner = {
  jobs: Jobs;
  /** Lets running work finish, for 20 s at most. */
  stop: () => Promise<void>;
};

/**
 * Opens the queue in a schema of its own and starts working on it. A job that fails is tried 5 times with growing
 * pauses, then kept in the dead letter queue `dead`.
 *
 * @param databaseUrl a role that may create the schema `ratebook_jobs`, or owns it already
 */
export async function startJobRunner(
  databaseUrl: string,
  handlers: JobHandlers,
  log: Logger,
): Promise<JobRunner> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: "ratebook_jobs",
    application_name: "ratebook jobs",
    max: 4,
    schedule: false,
  });
  // Without a listener an error on a background connection would end the process.
  boss.on("error", (error) => log.warn({ err: error }, "the job queue had an error"));
  await boss.start();
  await boss.createQueue(DEAD);
  for (const [name, handle] of Object.entries(handlers)) {
    await boss.createQueue(name, {
      deadLetter: DEAD,
      retryLimit: 5,
      retryDelay: 2,
      retryBackoff: true,
      expireInSeconds: 900,
    });
    // One job a fetch would be one in two seconds: a purchase tells half a dozen events, the last of which credits it.
    const taking = {
      pollingIntervalSeconds: 2,
      batchSize: 20,
      burstWhenBatchFull: true,
      perJobResults: true,
    } as const;
    await boss.work<Record<string, unknown>>(name, taking, async (batch) => {
      const results: JobResult[] = [];
      for (const job of batch) {
        const started = performance.now();
        results.push(await resultOf(job.id, () => handle(job.data ?? {})));
        const milliseconds = Math.trunc(performance.now() - started);
        log.debug({ job: name, id: job.id, milliseconds, status: results.at(-1)?.status }, "a job ended");
      }
      return results;
    });
  }
  return {
    jobs: {
      enqueue: async (name, id, payload) => (await boss.send(name, payload, { id })) !== null,
      enqueueWithin: async (tx, name, id, payload) => {
        await boss.send(name, payload, { id, db: fromDrizzle(tx, sql) });
      },
    },
    stop: () => boss.stop({ graceful: true, timeout: 20_000 }),
  };
}

/** A job that fails is tried again by itself; the others of its batch are none the worse for it. */
async function resultOf(id: string, work: () => Promise<void>): Promise<JobResult> {
  try {
    await work();
    return { id, status: "completed" };
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    return { id, status: "failed", output: { name, message, stack } };
  }
}

const DEAD = "dead";
