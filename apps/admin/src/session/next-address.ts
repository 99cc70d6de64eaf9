/**
 * Where to go after the sign-in, from the `next` of an address. Only paths of our own, so that a crafted link cannot
 * send a person elsewhere.
 */
export function nextAddress(search: Record<string, unknown>): string {
  const { next } = search;
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next)) return "/";
  // The browser drops tabs and line breaks from addresses, which could turn "/\t/host" into "//host".
  return /[\t\n\r]/.test(next) ? "/" : next;
}
