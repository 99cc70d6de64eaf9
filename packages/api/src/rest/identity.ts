import type { Actor } from "@ratebook/billing";

/** Who sent a request, and how we know. */
export type Identity = {
  actor: Actor | null;
  /** `refused` where a key was shown that is unknown, revoked or expired. */
  via: "key" | "cookie" | "none" | "refused";
};

/** Finds out who sent a request from its headers: an API key first, else a session cookie. */
export type ResolveActor = (headers: Headers) => Promise<Identity>;

/** The API key a request shows, if any. */
export function keyOf(headers: Headers): string | null {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headers.get("authorization") ?? "")?.[1];
  return bearer ?? headers.get("x-api-key");
}
