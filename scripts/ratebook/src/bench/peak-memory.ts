import { readFile } from "node:fs/promises";

/**
 * The most memory this process has had resident so far, in bytes.
 *
 * Linux is asked for this program's own mark: the one of `getrusage` also counts the process that started it.
 */
export async function peakMemoryBytes(): Promise<number> {
  const kilobytes = process.resourceUsage().maxRSS;
  if (process.platform !== "linux") return kilobytes * 1024;
  const status = await readFile("/proc/self/status", "utf8");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? kilobytes) * 1024;
}
