import { access, chmod, constants, mkdir, realpath } from "node:fs/promises";
import { isDatabaseDown } from "../database-errors.ts";
import { type Credentials, makeCluster, readCredentials } from "./cluster.ts";
import { EmbeddedError } from "./embedded-error.ts";
import { lockFolder } from "./lock.ts";
import { type Placement, place } from "./placement.ts";
import { eventually } from "./processes.ts";
import { APP, embeddedUrl, makeRoles, OWNER } from "./roles.ts";
import { CLUSTER_NAME, findServer, type Server, startServer, stopServer } from "./server.ts";

export type EmbeddedOptions = {
  /** Made when missing. Holds the data (unless its path is closed to the server's user), the passwords and the port. */
  dataDir: string;
  /** False trades durability for speed (fsync off): for tests only. */
  durable?: boolean;
  /** Hears, in sentences, where files went when not into the data directory. */
  log?: (sentence: string) => void;
  /** Where files go that the server's user could not reach, when started as root. */
  outside?: string;
};

export type Embedded = {
  /** For migrations: owns the database and every table. */
  ownerUrl: string;
  /** For the apps: owns nothing, see `migrate` for what it may do. */
  appUrl: string;
  /** For making and dropping databases, as tests do. The apps never see it. */
  superuserUrl: string;
  /** Whether the server was running already, left by a start that was killed. */
  adopted: boolean;
  dataPath: string;
  port: number;
  pid: number;
  /**
   * Starts the server again where it ended by itself, on the same port; gives true where it had to.
   *
   * @throws EmbeddedError `start_failed` where it does not start, or somebody else has its port by now
   */
  revive: () => Promise<boolean>;
  /** Stops the server cleanly, unless somebody started it by hand, and gives the data directory back. */
  stop: () => Promise<void>;
};

/**
 * Starts PostgreSQL on a data directory of its own, making the database on first use (about a second; later starts
 * about 0.1 s), or adopts the server that an earlier, killed start left running there.
 *
 * One start at a time uses a data directory. A start that was killed at any point needs no cleaning up after.
 *
 * @throws EmbeddedError with the reason and a sentence for the operator
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { durable = true, log = () => {}, outside = "/var/lib/ratebook" } = options;
  const dataDir = await madeFolder(options.dataDir);
  const locks = [await lockFolder(dataDir)];
  const unlock = async (): Promise<void> => {
    for (const release of locks.splice(0)) await release();
  };
  try {
    const placement = await place(dataDir, outside, log);
    // A copied data directory points at the same files as the original.
    if (placement.home !== dataDir) locks.push(await lockFolder(placement.home));
    const credentials = await readCredentials(dataDir, placement.dataPath);
    await makeCluster(placement, credentials.superuser, durable);

    const adopted = await adoptServer(placement, credentials);
    const { port, ours, ...found } =
      adopted ?? (await launchServer(dataDir, placement, credentials, durable));
    return {
      ownerUrl: embeddedUrl(port, OWNER, credentials.owner),
      appUrl: embeddedUrl(port, APP, credentials.app),
      superuserUrl: embeddedUrl(port, "postgres", credentials.superuser, "postgres"),
      adopted: adopted !== undefined,
      dataPath: placement.dataPath,
      port,
      pid: found.pid,
      revive: async () => {
        if ((await findServer(placement.dataPath)) !== undefined) return false;
        const again = await startServer(dataDir, placement, durable);
        found.pid = again.pid;
        if (again.port === port) return true;
        await stopServer(again.pid);
        throw new EmbeddedError("start_failed", `The database's port ${port} was taken when it ended.`);
      },
      stop: async () => {
        if (ours) await stopServer(found.pid);
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** A server that runs; `ours` is false for one that somebody started by hand. */
type Running = Server & { ours: boolean };

/**
 * Waits until a server that runs on the data answers, or is gone: it may be recovering, or shutting down.
 */
async function adoptServer({ dataPath }: Placement, credentials: Credentials): Promise<Running | undefined> {
  let adopted: Running | undefined;
  const settled = await eventually(async () => {
    const server = await findServer(dataPath);
    if (!server) return true;
    try {
      adopted = { ...server, ours: (await makeRoles(server.port, credentials)) === CLUSTER_NAME };
      return true;
    } catch (error) {
      if (isDatabaseDown(error)) return false;
      throw error;
    }
  }, 60_000);
  if (settled) return adopted;
  const pid = (await findServer(dataPath))?.pid;
  throw new EmbeddedError(
    "not_answering",
    `A database server (process ${pid}) runs on ${dataPath} and does not answer: end it and start again.`,
  );
}

async function launchServer(
  dataDir: string,
  placement: Placement,
  credentials: Credentials,
  durable: boolean,
): Promise<Running> {
  const server = await startServer(dataDir, placement, durable);
  try {
    await makeRoles(server.port, credentials);
    return { ...server, ours: true };
  } catch (error) {
    await stopServer(server.pid);
    throw error;
  }
}

async function madeFolder(path: string): Promise<string> {
  try {
    const made = await mkdir(path, { recursive: true });
    // Root's server is another user, who has to walk through; the passwords inside are closed to others on their own.
    if (made !== undefined) await chmod(path, process.getuid?.() === 0 ? 0o755 : 0o700);
    await access(path, constants.W_OK);
    return await realpath(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedError("not_writable", `The data directory ${path} cannot be written: ${reason}.`);
  }
}
