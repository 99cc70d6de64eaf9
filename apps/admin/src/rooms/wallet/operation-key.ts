/**
 * A new idempotency key. Made when a form opens, so that sending it twice, or again after a lost answer, does it once.
 *
 * `randomUUID` exists only on secure pages; an operator may well reach this one by plain HTTP inside a network.
 */
export function operationKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `admin-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
