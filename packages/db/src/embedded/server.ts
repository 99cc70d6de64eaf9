import { spawn } from "node:child_process";
import { open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { EmbeddedError } from "./embedded-error.ts";
import type { Placement } from "./placement.ts";
import { eventually, HAS_PROC, isRunning, processesIn } from "./processes.ts";
import { spawnAs } from "./runner.ts";

/** A running server, found or started. */
export type Server = { pid: number; port: number };

/** The server that runs on a cluster, still starting up or not; undefined when there is none. */
export async function findServer(dataPath: string): Promise<Server | undefined> {
  const lines = await pidFileLines(dataPath);
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || pid <= 0 || !Number.isInteger(port)) return undefined;
  if (!(await isRunning(pid))) return undefined;
  // The number may belong to another program by now: a server stays in its data directory.
  if (HAS_PROC && !(await processesIn(dataPath)).includes(pid)) return undefined;
  return { pid, port };
}

/**
 * Starts a server on a cluster no server runs on, and waits until it accepts connections.
 *
 * It listens on 127.0.0.1 only, on the port it had last time, or on a free one when that is taken; it outlives this
 * process, so that a killed Ratebook finds it again.
 */
export async function startServer(dataDir: string, placement: Placement, durable: boolean): Promise<Server> {
  await clearStalePidFile(placement.dataPath);
  for (let attempt = 1; ; attempt += 1) {
    const port = await choosePort(dataDir);
    const failure = await launch(placement, port, durable);
    if (failure === undefined) {
      await writeFile(join(dataDir, PORT_FILE), `${port}\n`);
      return { pid: Number((await pidFileLines(placement.dataPath))[0]), port };
    }
    // Between our look and the server's somebody else may have taken the port.
    if (attempt === 3 || !failure.includes("could not bind")) {
      throw new EmbeddedError("start_failed", `The database did not start: ${failure}`);
    }
  }
}

/** Ends a server cleanly (open connections are cut, nothing committed is lost) and waits until it is gone. */
export async function stopServer(pid: number): Promise<void> {
  await endServer(pid, "SIGINT");
}

/** Ends a server as a power cut would, without a last checkpoint: the next start recovers from the log. */
export async function crashServer(pid: number): Promise<void> {
  await endServer(pid, "SIGQUIT");
}

async function endServer(pid: number, signal: "SIGINT" | "SIGQUIT"): Promise<void> {
  if (!(await isRunning(pid))) return;
  process.kill(pid, signal);
  if (!(await eventually(async () => !(await isRunning(pid)), 30_000))) {
    throw new Error(`the database server (process ${pid}) did not stop within 30 s`);
  }
}

async function launch(placement: Placement, port: number, durable: boolean): Promise<string | undefined> {
  const { home, dataPath, binaries, user } = placement;
  const logPath = join(home, LOG_FILE);
  await keepLogSmall(logPath);
  const log = await open(logPath, "a");
  const { size: before } = await log.stat();
  let ended = false;
  try {
    const child = spawn(binaries.postgres, serverArguments(dataPath, port, durable), {
      ...spawnAs(user),
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.once("error", () => {
      ended = true;
    });
    child.once("exit", () => {
      ended = true;
    });
    child.unref();
    // Recovery after a crash reads the log written since the last checkpoint, which may take minutes on a slow disk.
    const ready = async (): Promise<boolean> => (await pidFileLines(dataPath))[7]?.trim() === "ready";
    await eventually(async () => ended || (await ready()), 300_000);
    if (!ended && (await ready())) return undefined;
    if (!ended && child.pid !== undefined) await stopServer(child.pid);
    return (await readFile(logPath)).subarray(before).toString("utf8").trim();
  } finally {
    await log.close();
  }
}

function serverArguments(dataPath: string, port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    cluster_name: CLUSTER_NAME,
    timezone: "UTC",
    max_connections: "200",
    log_min_messages: "warning",
    log_checkpoints: "off",
    // Statements carry customers' data; what Ratebook wants to say about an error it logs itself.
    log_min_error_statement: "panic",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", dataPath, "-p", String(port), ...options];
}

/**
 * Removes a postmaster.pid whose process is dead. PostgreSQL does this itself, but believes in zombies and in another
 * program that got the number since. Where a killed server left workers behind they are waited for: two generations
 * of processes on one cluster would ruin it.
 */
async function clearStalePidFile(dataPath: string): Promise<void> {
  const path = join(dataPath, PID_FILE);
  if (!HAS_PROC || !(await stat(path).catch(() => undefined))) return;
  if (!(await eventually(async () => (await processesIn(dataPath)).length === 0, 30_000))) {
    const pids = (await processesIn(dataPath)).join(", ");
    throw new EmbeddedError(
      "not_answering",
      `Processes of an earlier database server are still at work in ${dataPath} (${pids}): end them and start again.`,
    );
  }
  await rm(path, { force: true });
}

async function choosePort(dataDir: string): Promise<number> {
  const kept = Number(await readFile(join(dataDir, PORT_FILE), "utf8").catch(() => ""));
  if (kept > 0 && (await bindable(kept)) === kept) return kept;
  const free = await bindable(0);
  if (free === undefined) throw new EmbeddedError("start_failed", "There is no free port on 127.0.0.1.");
  return free;
}

/** Binds a port (0: any) for a moment and names it; undefined when it is taken. */
async function bindable(port: number): Promise<number | undefined> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(undefined));
    probe.listen(port, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}

async function pidFileLines(dataPath: string): Promise<string[]> {
  return (await readFile(join(dataPath, PID_FILE), "utf8").catch(() => "")).split("\n");
}

async function keepLogSmall(path: string): Promise<void> {
  const { size: sizeBytes } = (await stat(path).catch(() => undefined)) ?? { size: 0 };
  if (sizeBytes > 10_000_000) await rename(path, `${path}.1`);
}

/** Tells a server Ratebook started from one started by hand on the same data. */
export const CLUSTER_NAME = "ratebook";

const PID_FILE = "postmaster.pid";
const PORT_FILE = "port";
const LOG_FILE = "postgres.log";
