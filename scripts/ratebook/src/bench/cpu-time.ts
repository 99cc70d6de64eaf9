import { readFile } from "node:fs/promises";

/** CPU time of processes by id, in microseconds. */
export type CpuTimes = ReadonlyMap<number, number>;

/**
 * User and system time of processes so far; in steps of 10 ms, so measure for a second or more. Processes that are
 * gone are left out.
 *
 * @returns null where the system does not tell (it has no /proc)
 */
export async function cpuTimes(pids: readonly number[]): Promise<CpuTimes | null> {
  const times = new Map<number, number>();
  for (const pid of pids) {
    const stat = await readStat(pid);
    // utime and stime
    if (stat !== null) times.set(pid, ticks(stat[11], stat[12]));
  }
  return times.size === 0 ? null : times;
}

/** User and system time of a process's children that have ended, in microseconds; null where the system does not tell. */
export async function endedChildrenTime(pid: number): Promise<number | null> {
  const stat = await readStat(pid);
  // cutime and cstime
  return stat === null ? null : ticks(stat[13], stat[14]);
}

/** CPU time spent between two readings, in microseconds; a process that is new since counts whole. */
export function cpuSpent(before: CpuTimes, after: CpuTimes): number {
  let spent = 0;
  for (const [pid, time] of after) spent += time - (before.get(pid) ?? 0);
  return spent;
}

/** The fields of a process's statistics from its state on: its name, in parentheses before them, may hold spaces. */
async function readStat(pid: number): Promise<string[] | null> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

const ticks = (user: string | undefined, system: string | undefined): number =>
  (Number(user) + Number(system)) * TICK_MICROSECONDS;

/** USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MICROSECONDS = 10_000;
