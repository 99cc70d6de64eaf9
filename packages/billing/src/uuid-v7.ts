import { randomFillSync } from "node:crypto";

/**
 * Makes a source of UUIDv7s: they sort by time, also those of one millisecond from one source, so that lists can page
 * by id. A clock that steps back does not make them repeat or go back.
 */
export function createUuidV7(clock: () => Date): () => string {
  let last = 0n;
  // Asking for randomness costs as much for one id as for a hundred.
  const pool = Buffer.alloc(8 * 128);
  let used = pool.length;
  return () => {
    // 48 bits of milliseconds, then 12 bits that count within one of them.
    const now = BigInt(clock().getTime()) << 12n;
    last = now > last ? now : last + 1n;
    const time = last.toString(16).padStart(15, "0");
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    pool[used] = (pool.readUInt8(used) & 0x3f) | 0x80;
    const tail = pool.toString("hex", used, used + 8);
    used += 8;
    return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${time.slice(12, 15)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
  };
}
