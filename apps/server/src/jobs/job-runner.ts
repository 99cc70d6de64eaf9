import type { Jobs } from "@ratebook/billing";
import { sql } from "drizzle-orm";
import { fromDrizzle, PgBoss } from "pg-boss";
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
    await boss.work<Record<string, unknown>>(name, { pollingIntervalSeconds: 2 }, async (batch) => {
      for (const job of batch) {
        const started = performance.now();
        await handle(job.data ?? {});
        const milliseconds = Math.trunc(performance.now() - started);
        log.debug({ job: name, id: job.id, milliseconds }, "a job was done");
      }
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

const DEAD = "dead";
