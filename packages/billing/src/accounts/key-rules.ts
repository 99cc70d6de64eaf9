import type { Actor, Scope } from "../actor.ts";

/** Customer keys speak for one customer, service keys for the platform, worker keys for the price worker. */
export type KeyKind = "customer" | "service" | "worker";

/**
 * Why a key of this kind may not carry these scopes when this actor creates it; null where it may.
 *
 * Usage is only what the operator grants: a member cannot give their own programs the right to report it.
 */
export function keyScopeProblem(
  actor: Actor,
  kind: KeyKind,
  scopes: readonly Scope[],
  /** What the key has already: a member may leave it there. */
  granted: readonly string[] = [],
):
  | { kind: "validation_error"; field: "scopes"; message: string }
  | { kind: "access_denied"; message: string }
  | null {
  if (scopes.length === 0) return invalid("name at least one scope");
  const foreign = scopes.find((scope) => !SCOPES_BY_KIND[kind].includes(scope));
  if (foreign !== undefined) return invalid(`a ${kind} key cannot carry ${foreign}`);
  if (actor.kind !== "member") return null;
  if (kind !== "customer") return denied(`Only an operator may create a ${kind} key.`);
  const reserved = scopes.find((scope) => scope !== "read" && !granted.includes(scope));
  return reserved === undefined ? null : denied(`Only an operator may grant ${reserved}.`);
}

/** Why a key may not have this limit, or this end, when this actor sets it; null where it may. */
export function keyTermsProblem(
  actor: Actor,
  { requestsPerMinute, expiresAt }: KeyTerms,
  now: Date,
): { kind: "validation_error"; field: string; message: string } | null {
  const most = actor.kind === "member" ? MOST_BY_MEMBERS : MOST_REQUESTS;
  if (
    requestsPerMinute != null &&
    !(Number.isInteger(requestsPerMinute) && inRange(requestsPerMinute, most))
  ) {
    const message = `must be a whole number from 1 to ${most}`;
    return { kind: "validation_error", field: "requestsPerMinute", message };
  }
  if (expiresAt && expiresAt <= now) {
    return { kind: "validation_error", field: "expiresAt", message: "must be in the future" };
  }
  return null;
}

/** What limits a key besides its scopes; null: nothing does. */
export type KeyTerms = { requestsPerMinute?: number | null | undefined; expiresAt?: Date | null | undefined };

const inRange = (n: number, most: number): boolean => n >= 1 && n <= most;
/** What any key may do by itself: members limit their keys, and only an operator raises one beyond it. */
const MOST_BY_MEMBERS = 6_000;
const MOST_REQUESTS = 1_000_000;

const invalid = (message: string) => ({ kind: "validation_error", field: "scopes", message }) as const;
const denied = (message: string) => ({ kind: "access_denied", message }) as const;

const SCOPES_BY_KIND: Record<KeyKind, readonly Scope[]> = {
  customer: ["read", "usage:write", "usage:backfill"],
  service: ["read", "usage:write", "usage:backfill", "usage:any", "customers:write", "webhooks:write"],
  worker: ["catalog:submit", "clock:tick"],
};
