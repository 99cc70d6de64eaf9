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
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    if (stat === null) continue;
    // The name in parentheses may hold spaces; utime and stime are the 14th and 15th field, in hundredths of a second.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    times.set(pid, (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS);
  }
  return times.size === 0 ? null : times;
}

/** CPU time spent between two readings, in microseconds; a process that is new since counts whole. */
export function cpuSpent(before: CpuTimes, after: CpuTimes): number {
  let spent = 0;
  for (const [pid, time] of after) spent += time - (before.get(pid) ?? 0);
  return spent;
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MICROSECONDS = 10_000;
