import { chmod, mkdtemp, readdir, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAbandoned } from "../embedded/lock.ts";
import { clusterPath } from "../embedded/placement.ts";
import { APP } from "../embedded/roles.ts";
import { crashServer, findServer, stopServer } from "../embedded/server.ts";
import { type Embedded, startEmbedded } from "../embedded/start-embedded.ts";
import { migrate } from "../migrate.ts";

export type TestServer = {
  superuserUrl: string;
  ownerUrl: string;
  appUrl: string;
  /** Ends the server as a power cut would; its address refuses connections until `restart`. */
  crash: () => Promise<void>;
  /** Starts the server again on the same data and the same addresses, after `crash` or instead of it. */
  restart: () => Promise<void>;
  /** Stops the server and removes its data. */
  stop: () => Promise<void>;
};

/**
 * Starts a private, migrated server. A durable one writes to a real disk as in production, for crash tests; any other
 * lives in memory where there is room and syncs nothing.
 */
export async function startTestServer({ durable }: { durable: boolean }): Promise<TestServer> {
  const parent = durable ? tmpdir() : await fastFolder();
  await removeAbandoned(parent);
  const dataDir = await mkdtemp(join(parent, PREFIX));
  await chmod(dataDir, 0o755);
  const start = (): Promise<Embedded> => startEmbedded({ dataDir, durable });
  let server: Embedded | undefined;
  const stop = async (): Promise<void> => {
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const first = await start();
    server = first;
    await migrateFor(first);
    const { superuserUrl, ownerUrl, appUrl } = first;
    const crash = async (): Promise<void> => {
      if (server) await crashServer(server.pid);
      await server?.stop();
    };
    const restart = async (): Promise<void> => {
      await server?.stop();
      server = await start();
      if (server.appUrl !== appUrl) throw new Error("the server's port was taken while it was down");
    };
    return { superuserUrl, ownerUrl, appUrl, crash, restart, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function migrateFor({ ownerUrl }: Embedded): Promise<void> {
  const migrated = await migrate({ ownerUrl, appRole: APP });
  if (!migrated.ok) throw new Error(migrated.error.message);
}

/** Ends servers of test runs that were killed before they could, and removes their data. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const dataDir = join(parent, name);
    // A folder without a lock may belong to a run that is just starting.
    if (!name.startsWith(PREFIX) || !(await isAbandoned(dataDir))) continue;
    const server = await findServer(await clusterPath(dataDir));
    if (server) await stopServer(server.pid);
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Memory where there is room for a run's databases, else the system's temporary folder. */
async function fastFolder(): Promise<string> {
  const memory = await statfs("/dev/shm").catch(() => undefined);
  return memory && memory.bavail * memory.bsize > 1_000_000_000 ? "/dev/shm" : tmpdir();
}

const PREFIX = "ratebook-test-";
