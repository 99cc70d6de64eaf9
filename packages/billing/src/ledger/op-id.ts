import { hash } from "node:crypto";

/**
 * The id under which an operation is posted, for ever.
 *
 * A caller's own UUIDv7 is kept as it is in the namespace `usage` alone, because its time order keeps the index small;
 * every other key becomes a UUIDv8 of sha256(namespace, key). Namespaces of internal operations take no key from
 * callers, so nobody can squat on them; and one key may serve a hold and the usage that follows it.
 *
 * @param namespace who names keys here, for example `usage`, `payment`, `resource-day`
 * @param key the idempotency key within the namespace
 */
export function opId(namespace: string, key: string): string {
  if (namespace === "usage" && UUID_V7.test(key)) return key.toLowerCase();
  // The length keeps ("a", "bc") and ("ab", "c") apart.
  const hex = hash("sha256", `${namespace.length}:${namespace}:${key}`, "hex");
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
