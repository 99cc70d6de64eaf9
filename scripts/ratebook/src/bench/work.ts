import { cpuSpent, cpuTimes } from "./cpu-time.ts";
import { type Driven, drive } from "./drive.ts";

/** A stretch of work with the CPU time it took, in microseconds an operation; null where the system does not tell. */
export type Worked = Driven & { cpu: { node: number; others: number } | null };

/**
 * Drives an operation and measures the CPU time of this process and of others that work for it.
 *
 * @param others asked before and after: a server may start processes meanwhile
 */
export async function work(
  load: { callers: number; forMs: number; others: () => Promise<number[]> },
  operation: () => Promise<void>,
): Promise<Worked> {
  const before = await cpuTimes(await load.others());
  const nodeBefore = process.cpuUsage();
  const driven = await drive(load, operation);
  const node = process.cpuUsage(nodeBefore);
  const after = await cpuTimes(await load.others());
  if (after === null) return { ...driven, cpu: null };
  const others = cpuSpent(before ?? new Map(), after) / driven.operations;
  return { ...driven, cpu: { node: (node.user + node.system) / driven.operations, others } };
}

/** CPU time of an operation on both sides. */
export const cpuPerOperation = ({ cpu }: Worked): number =>
  cpu === null ? Number.NaN : cpu.node + cpu.others;
