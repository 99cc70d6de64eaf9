import { resolve } from "node:path";
import { type Connection, connect, migrate } from "@ratebook/db";
import { EmbeddedError, hasEmbedded, runningEmbedded, startEmbedded } from "@ratebook/db/embedded";
import type { Report } from "./report.ts";
import { CannotDo } from "./sentence.ts";

/** A database that a command works on. */
export type Books = { connection: Connection; ownerUrl: string; close: () => Promise<void> };

/**
 * Opens the database of this installation: DATABASE_URL, else the embedded one, beside a running start or started for
 * the command's duration. The schema is brought up to this code first.
 *
 * @throws CannotDo where it is not there or belongs to a newer Ratebook
 */
export async function openBooks(report: Report, env: NodeJS.ProcessEnv = process.env): Promise<Books> {
  // Books that were never opened balance; saying so of a misspelt folder would be worse than nothing.
  if (!env.DATABASE_URL && !(await hasEmbedded(dataDirOf(env)))) {
    throw new CannotDo(`There is no database in ${dataDirOf(env)}: set RATEBOOK_DATA_DIR, or DATABASE_URL.`);
  }
  const address = await findDatabase(report, env);
  const migrated = await migrate({ ownerUrl: address.ownerUrl, ...address.appRole });
  if (!migrated.ok) {
    await address.stop();
    throw new CannotDo(migrated.error.message);
  }
  const connection = connect({
    url: address.url,
    max: 4,
    applicationName: "ratebook command",
    statementTimeoutMs: 600_000,
  });
  return {
    connection,
    ownerUrl: address.ownerUrl,
    close: async () => {
      await connection.close();
      await address.stop();
    },
  };
}

/** Where the database is; `stop` ends it where this command started it. */
export type Address = {
  url: string;
  ownerUrl: string;
  appRole?: { appRole: string };
  stop: () => Promise<void>;
};

export async function findDatabase(report: Report, env: NodeJS.ProcessEnv): Promise<Address> {
  const url = env.DATABASE_URL;
  if (url) return { url, ownerUrl: env.DATABASE_OWNER_URL ?? url, stop: async () => {} };
  const dataDir = dataDirOf(env);
  const running = await runningEmbedded(dataDir);
  if (running) return { url: running.appUrl, ownerUrl: running.ownerUrl, appRole: APP, stop: async () => {} };
  report.progress(`Starting the embedded database in ${dataDir}.`);
  try {
    const started = await startEmbedded({ dataDir, log: report.progress });
    return { url: started.appUrl, ownerUrl: started.ownerUrl, appRole: APP, stop: started.stop };
  } catch (error) {
    if (error instanceof EmbeddedError) throw new CannotDo(error.message);
    throw error;
  }
}

const dataDirOf = (env: NodeJS.ProcessEnv): string =>
  resolve(env.INIT_CWD ?? process.cwd(), env.RATEBOOK_DATA_DIR ?? ".ratebook");

const APP = { appRole: "ratebook_app" };
