import { readFile } from "node:fs/promises";

/** A download that was read. */
export type Download = {
  seconds: number;
  bytes: number;
  lines: number;
  /** Its last characters. */
  end: string;
  /** The memory that the server's process had resident, each second; none where the system does not tell. */
  residentBytes: number[];
};

/** Reads a download as it comes and keeps none of it. */
export async function readDownload(
  address: URL,
  headers: Record<string, string>,
  pid: number,
): Promise<Download> {
  const started = performance.now();
  const answer = await fetch(address, { headers });
  if (answer.status !== 200 || answer.body === null) {
    throw new Error(`a download was answered ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  }
  const residentBytes: number[] = [];
  let [bytes, lines, lookedMs] = [0, 0, performance.now()];
  let end = Buffer.alloc(0);
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === NEWLINE) lines += 1;
    end = Buffer.concat([end, chunk]).subarray(-END_BYTES);
    if (performance.now() - lookedMs < EVERY_MS) continue;
    lookedMs = performance.now();
    const resident = await residentOf(pid);
    if (resident !== null) residentBytes.push(resident);
  }
  return { seconds: (performance.now() - started) / 1000, bytes, lines, end: end.toString(), residentBytes };
}

/** Memory a process has resident now; null where the system does not tell. */
async function residentOf(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

const NEWLINE = 10;
const END_BYTES = 300;
const EVERY_MS = 1_000;
