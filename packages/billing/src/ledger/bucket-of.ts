import { hash } from "node:crypto";

/**
 * The bucket an account lives in, 0 … 255: the first byte of sha256 of the uuid's 16 bytes. The same as
 * `ratebook.bucket_of` in the database, which checks it when a wallet is opened.
 */
export function bucketOf(account: string): number {
  const known = buckets.get(account);
  if (known !== undefined) return known;
  const hex = hash("sha256", Buffer.from(account.replaceAll("-", ""), "hex"), "hex");
  const bucket = Number.parseInt(hex.slice(0, 2), 16);
  // A bound, not a cache policy: hashing again is cheap.
  if (buckets.size >= 100_000) buckets.clear();
  buckets.set(account, bucket);
  return bucket;
}

const buckets = new Map<string, number>();
