import { realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { readCredentials } from "./cluster.ts";
import { clusterPath } from "./placement.ts";
import { APP, embeddedUrl, OWNER } from "./roles.ts";
import { findServer } from "./server.ts";

/**
 * Addresses of the embedded server that another process runs on a data directory, for a command beside a running start.
 *
 * @returns null where no server runs there; nothing is started, changed or locked
 */
export async function runningEmbedded(dataDir: string): Promise<{ ownerUrl: string; appUrl: string } | null> {
  const home = await realpath(dataDir).catch(() => null);
  if (home === null) return null;
  const dataPath = await clusterPath(home);
  const server = await findServer(dataPath);
  if (!server) return null;
  const credentials = await readCredentials(home, dataPath);
  return {
    ownerUrl: embeddedUrl(server.port, OWNER, credentials.owner),
    appUrl: embeddedUrl(server.port, APP, credentials.app),
  };
}

/** Whether a data directory has an embedded database, running or not. Nothing is started, changed or locked. */
export async function hasEmbedded(dataDir: string): Promise<boolean> {
  const home = await realpath(dataDir).catch(() => null);
  if (home === null) return false;
  return (await stat(join(await clusterPath(home), "PG_VERSION")).catch(() => null)) !== null;
}
