import { existsSync } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Whether a process runs. A zombie does not: inside a container nobody may ever reap a dead server, and signal 0 still
 * reaches it.
 */
export async function isRunning(pid: number): Promise<boolean> {
  if (!HAS_PROC) return answersSignal(pid);
  const state = (await statFields(pid))?.[0];
  return state !== undefined && state !== "Z" && state !== "X";
}

/**
 * What tells one process from a later one with the same number: its start time, within one boot of the machine. Empty
 * where the system does not say, or the process is gone.
 */
export async function processIdentity(pid: number): Promise<string> {
  // Field 22 of /proc/<pid>/stat, counted from the third (state): proc_pid_stat(5).
  const startedAt = (await statFields(pid))?.[19];
  if (startedAt === undefined) return "";
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
  return `${boot.trim()}:${startedAt}`;
}

/** Processes other than this one that work inside a folder; every PostgreSQL process stays in its data directory. */
export async function processesIn(folder: string): Promise<number[]> {
  if (!HAS_PROC) return [];
  const found: number[] = [];
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // Unreadable means another user's process, or one that just ended: not a server on our data either way.
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (cwd === folder && (await isRunning(pid))) found.push(pid);
  }
  return found;
}

/** Asks again every 20 ms until the answer is yes; false when `timeoutMs` passed first. */
export async function eventually(check: () => Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

/** Whether /proc tells about processes, as on Linux. */
export const HAS_PROC = existsSync("/proc/self/stat");

async function statFields(pid: number): Promise<string[] | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The second field is the command in parentheses and may hold spaces and parentheses itself.
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
