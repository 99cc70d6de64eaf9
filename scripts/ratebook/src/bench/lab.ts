import { chmod, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BookCheck, verifyBooks } from "@ratebook/billing";
import { type Connection, connect, migrate } from "@ratebook/db";
import { EmbeddedError, startEmbedded } from "@ratebook/db/embedded";
import postgres from "postgres";

/** Where benches run: a database server of their own with the settings of production. */
export type Lab = {
  /** Short rounds that show that a bench works; their figures mean little. */
  quick: boolean;
  progress: (line: string) => void;
  /** The database server's first process, the parent of all others. */
  serverPid: number;
  /** A new, migrated database. */
  openDatabase: (name: string) => Promise<LabDatabase>;
  /** A new, empty database, as superuser; for programs that bring their own tables. */
  openForeignDatabase: (name: string) => Promise<URL>;
  /** Checks the books of every database that is open, then drops them all. */
  clear: () => Promise<{ database: string; checks: BookCheck[] }[]>;
  close: () => Promise<void>;
};

export type LabDatabase = {
  name: string;
  /** As the role the apps use. */
  appUrl: string;
  /** As the role that owns the tables. */
  ownerUrl: string;
  /** A pool, closed with the database; as the apps' role unless told otherwise. */
  connect: (options: { max: number; as?: "app" | "owner" }) => Connection;
  /** Processes of the server that work for this database. */
  backends: () => Promise<number[]>;
};

/** Starts the server in a temporary folder that goes with it; `close` it whatever happens. */
export async function openLab(options: Pick<Lab, "quick" | "progress">): Promise<Lab> {
  await removeAbandoned();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  // Root's server is another user, who has to walk through.
  await chmod(dataDir, 0o755);
  const server = await startEmbedded({ dataDir, log: options.progress });
  const superuser = postgres(server.superuserUrl, { max: 1, fetch_types: false, onnotice: () => {} });
  const opened: { database: LabDatabase; pools: Connection[] }[] = [];
  const foreign: string[] = [];

  async function openDatabase(name: string): Promise<LabDatabase> {
    await superuser.unsafe(`create database "${name}" owner ratebook_owner`);
    await superuser.unsafe(`grant connect, create on database "${name}" to ratebook_app`);
    const ownerUrl = withDatabase(server.ownerUrl, name).href;
    const appUrl = withDatabase(server.appUrl, name).href;
    const migrated = await migrate({ ownerUrl, appRole: "ratebook_app" });
    if (!migrated.ok) throw new Error(migrated.error.message);
    const pools: Connection[] = [];
    const database: LabDatabase = {
      name,
      appUrl,
      ownerUrl,
      connect: ({ max, as = "app" }) => {
        const url = as === "app" ? appUrl : ownerUrl;
        const pool = connect({
          url,
          max,
          applicationName: "ratebook bench",
          statementTimeoutMs: STATEMENT_MS,
        });
        pools.push(pool);
        return pool;
      },
      backends: async () => {
        const rows = await superuser<{ pid: number }[]>`
          select pid from pg_stat_activity where datname = ${name} and backend_type = 'client backend'`;
        return rows.map(({ pid }) => pid);
      },
    };
    opened.push({ database, pools });
    return database;
  }

  async function clear(): Promise<{ database: string; checks: BookCheck[] }[]> {
    const books: { database: string; checks: BookCheck[] }[] = [];
    for (const { database, pools } of opened.splice(0)) {
      const { sql } = database.connect({ max: 1 });
      books.push({ database: database.name, checks: await verifyBooks({ sql }) });
      await Promise.all(pools.map((pool) => pool.close()));
      await superuser.unsafe(`drop database "${database.name}" with (force)`);
    }
    for (const name of foreign.splice(0)) await superuser.unsafe(`drop database "${name}" with (force)`);
    return books;
  }

  return {
    ...options,
    serverPid: server.pid,
    openDatabase,
    openForeignDatabase: async (name) => {
      await superuser.unsafe(`create database "${name}"`);
      foreign.push(name);
      return withDatabase(server.superuserUrl, name);
    },
    clear,
    close: async () => {
      await Promise.all(opened.flatMap(({ pools }) => pools.map((pool) => pool.close())));
      await superuser.end({ timeout: 5 });
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Ends servers of benches that were killed before they could, and removes their data. */
async function removeAbandoned(): Promise<void> {
  const parent = tmpdir();
  for (const name of await readdir(parent)) {
    const dataDir = join(parent, name);
    if (!name.startsWith(PREFIX)) continue;
    const folder = await stat(dataDir).catch(() => null);
    if (folder === null || Date.now() - folder.birthtimeMs < ABANDONED_AFTER_MS) continue;
    try {
      const left = await startEmbedded({ dataDir });
      await left.stop();
    } catch (error) {
      // In use: its bench is still running.
      if (error instanceof EmbeddedError) continue;
      throw error;
    }
    await rm(dataDir, { recursive: true, force: true });
  }
}

function withDatabase(url: string, database: string): URL {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address;
}

const PREFIX = "ratebook-bench-";
/** Longer than any bench takes, so that one that is just starting is never mistaken for one that was killed. */
const ABANDONED_AFTER_MS = 30 * 60_000;
/** As the nightly check of the books has: it reads every entry. */
const STATEMENT_MS = 15 * 60_000;
