import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { EmbeddedError } from "./embedded-error.ts";
import { HAS_PROC, isRunning, processIdentity } from "./processes.ts";

/**
 * Takes a folder for this process, or fails with `in_use` naming the process that has it.
 *
 * The lock is a file that names its holder. One whose holder ended is taken over, also when another process has got
 * that number since (in a container every start may be process 1).
 *
 * @returns gives the folder back
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, LOCK_FILE);
  const mine = `${process.pid} ${await processIdentity(process.pid)} ${randomUUID()}\n`;
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, mine, { mode: 0o644 });
  // Before it stands in the folder, so that nobody in this process takes it for a leftover.
  held.add(mine);
  try {
    while (!(await linked(draft, path))) await clearStale(path, folder);
  } catch (error) {
    held.delete(mine);
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    held.delete(mine);
    if ((await readOrNothing(path)) === mine) await rm(path, { force: true });
  };
}

/** Whether a folder was locked by a process that ended without giving it back. */
export async function isAbandoned(folder: string): Promise<boolean> {
  const holder = await readOrNothing(join(folder, LOCK_FILE));
  return holder !== undefined && !(await isHeld(holder));
}

async function clearStale(path: string, folder: string): Promise<void> {
  const holder = await readOrNothing(path);
  if (holder === undefined) return;
  if (await isHeld(holder)) {
    const pid = holder.split(" ")[0];
    throw new EmbeddedError(
      "in_use",
      `The data directory ${folder} is in use by another start of Ratebook (process ${pid}): stop that one, or set RATEBOOK_DATA_DIR to another folder.`,
    );
  }
  await alone(`${path}.clearing`, async () => {
    // Nobody else clears now, and nobody can lock while the file is there: what is read is what is removed.
    if ((await readOrNothing(path)) === holder) await rm(path, { force: true });
  });
}

/** Does something while a folder is there that only one can make; where somebody else has it, only waits a moment. */
async function alone(guard: string, work: () => Promise<void>): Promise<void> {
  try {
    await mkdir(guard);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    const made = await stat(guard).catch(ignoreMissing);
    // Its maker was killed between two calls.
    if (made !== undefined && Date.now() - made.mtimeMs > ABANDONED_MS)
      await rmdir(guard).catch(ignoreMissing);
    await setTimeout(5);
    return;
  }
  try {
    await work();
  } finally {
    await rmdir(guard).catch(ignoreMissing);
  }
}

const ABANDONED_MS = 10_000;

async function isHeld(holder: string): Promise<boolean> {
  const [pidText = "", identity = ""] = holder.trim().split(" ");
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (pid === process.pid && !HAS_PROC) return held.has(holder);
  if (!(await isRunning(pid))) return false;
  if ((await processIdentity(pid)) !== identity) return false;
  return pid !== process.pid || held.has(holder);
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function readOrNothing(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  if (hasCode(error, "ENOENT")) return undefined;
  throw error;
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

declare global {
  var ratebookLocks: Set<string> | undefined;
}

/** Locks this process holds, whichever copy of this module took them: a test run loads one for each of its projects. */
globalThis.ratebookLocks ??= new Set();
const held = globalThis.ratebookLocks;

const LOCK_FILE = "start.lock";
