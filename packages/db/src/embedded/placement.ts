import { createHash, randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Binaries, canUse, copyBinaries, installedBinaries } from "./binaries.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { run, type ServerUser, serverUser } from "./runner.ts";

/** Where the server's files are and who runs it. */
export type Placement = {
  /** Holds the cluster, its log and a lock; the data directory itself, unless its path is closed to the server. */
  home: string;
  /** The cluster (PGDATA). */
  dataPath: string;
  binaries: Binaries;
  user: ServerUser;
};

/**
 * Decides where the server's files live.
 *
 * Started as root, the server runs as another user, who must be able to walk to the data and to the binaries. A
 * checkout below a 0700 folder (root's own home is one) stops it, so then data or binaries go below `outside`, into a
 * folder of this data directory's own. The choice is kept in the data directory: moving the directory loses nothing.
 */
export async function place(
  dataDir: string,
  outside: string,
  log: (sentence: string) => void,
): Promise<Placement> {
  const kept = await keptHome(dataDir);
  const user = await serverUser(join(kept ?? dataDir, CLUSTER_FOLDER));
  const home = kept ?? (await chooseHome(dataDir, outside, user));
  if (!(await stat(home).catch(() => undefined))) throw missing(home, dataDir);
  if (home !== dataDir)
    log(`The database's files are in ${home}, because user ${user?.uid} cannot reach ${dataDir}.`);

  const installed = await installedBinaries();
  if (await canUse(installed, user))
    return { home, dataPath: join(home, CLUSTER_FOLDER), binaries: installed, user };
  const binaries = await copyBinaries(installed, await madeOutside(outside, user));
  if (!(await canUse(binaries, user))) throw unreachable(outside, user);
  log(`PostgreSQL runs from ${binaries.folder}, because user ${user?.uid} cannot reach ${installed.folder}.`);
  return { home, dataPath: join(home, CLUSTER_FOLDER), binaries, user };
}

/** Where the cluster of a data directory is, or would be if nothing forced it outside. */
export async function clusterPath(dataDir: string): Promise<string> {
  return join((await keptHome(dataDir)) ?? dataDir, CLUSTER_FOLDER);
}

async function keptHome(dataDir: string): Promise<string | undefined> {
  const kept = await readFile(join(dataDir, LOCATION_FILE), "utf8").catch(() => undefined);
  return kept?.trim();
}

async function chooseHome(dataDir: string, outside: string, user: ServerUser): Promise<string> {
  if (await canEnter(dataDir, user)) return dataDir;
  const key = createHash("sha256").update(dataDir).digest("hex").slice(0, 12);
  // The random part: a data directory deleted to start afresh must not find the old data again.
  const home = join(
    await madeOutside(outside, user),
    `${basename(dataDir).replace(/^\./, "")}-${key}-${randomUUID().slice(0, 8)}`,
  );
  await mkdir(home);
  await chmod(home, 0o755);
  const draft = join(dataDir, `${LOCATION_FILE}.${randomUUID()}`);
  await writeFile(draft, `${home}\n`, { flush: true });
  await rename(draft, join(dataDir, LOCATION_FILE));
  return home;
}

async function madeOutside(outside: string, user: ServerUser): Promise<string> {
  try {
    if ((await mkdir(outside, { recursive: true })) !== undefined) await chmod(outside, 0o755);
  } catch {
    throw unreachable(outside, user);
  }
  if (!(await canEnter(outside, user))) throw unreachable(outside, user);
  return outside;
}

/** Asks the kernel, as that user: mode bits alone miss access lists and mount options. */
async function canEnter(folder: string, user: ServerUser): Promise<boolean> {
  if (user === undefined) return true;
  return (await run("/bin/sh", ["-c", 'cd -- "$1"', "sh", folder], user)).status === 0;
}

const unreachable = (outside: string, user: ServerUser): EmbeddedError =>
  new EmbeddedError(
    "no_place",
    `PostgreSQL does not run as root, and user ${user?.uid} can reach neither Ratebook's folder nor ${outside}: start Ratebook as an ordinary user, or move it out of the closed folder.`,
  );

const missing = (home: string, dataDir: string): EmbeddedError =>
  new EmbeddedError(
    "data_missing",
    `The data of ${dataDir} was kept in ${home}, which is gone: put it back, or delete ${dataDir} to start afresh.`,
  );

const LOCATION_FILE = "location";
const CLUSTER_FOLDER = "postgres";
