import { chmod, mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { APP } from "../embedded/roles.ts";
import { crashServer } from "../embedded/server.ts";
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
  const dataDir = await mkdtemp(join(durable ? tmpdir() : await fastFolder(), "ratebook-test-"));
  await chmod(dataDir, 0o755);
  const start = (): Promise<Embedded> => startEmbedded({ dataDir, durable });
  let server = await start();
  const { superuserUrl, ownerUrl, appUrl } = server;
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const migrated = await migrate({ ownerUrl, appRole: APP });
  if (!migrated.ok) {
    await stop();
    throw new Error(migrated.error.message);
  }
  return {
    superuserUrl,
    ownerUrl,
    appUrl,
    stop,
    crash: async () => {
      await crashServer(server.pid);
      await server.stop();
    },
    restart: async () => {
      await server.stop();
      server = await start();
      if (server.appUrl !== appUrl) throw new Error("the server's port was taken while it was down");
    },
  };
}

/** Memory where there is room for a run's databases, else the system's temporary folder. */
async function fastFolder(): Promise<string> {
  const memory = await statfs("/dev/shm").catch(() => undefined);
  return memory && memory.bavail * memory.bsize > 1_000_000_000 ? "/dev/shm" : tmpdir();
}
