/** Rights an API key may carry. */
export const SCOPES = [
  /** Read balance, transactions, receipts, usage of one's own customer, and top it up. */
  "read",
  /** Report usage and place holds for one's own customer. */
  "usage:write",
  /** Name prices of the past: `occurredAt` more than 35 days ago. */
  "usage:backfill",
  /** Act for any customer named in the request. */
  "usage:any",
  /** Create customers and grant promotional credits. */
  "customers:write",
  /** Set up webhook endpoints: the platform's own, and of any customer it may act for. */
  "webhooks:write",
  /** Submit price documents. */
  "catalog:submit",
  /** Advance the schedule. */
  "clock:tick",
] as const;
export type Scope = (typeof SCOPES)[number];

/** The key a program showed; `requestsPerMinute` where it has a limit of its own. */
type ShownKey = { keyId: string; scopes: readonly Scope[]; requestsPerMinute?: number };

/** Who asks. Every verb takes one and scopes what it reads and writes by it. */
export type Actor =
  | { kind: "operator"; userId: string; name: string }
  | { kind: "member"; userId: string; customerId: string; role: "owner" | "admin" | "member" }
  /** A customer who came through the platform's portal: sees and pays, and manages neither keys nor people. */
  | { kind: "portal"; visitId: string; customerId: string }
  | ({ kind: "key"; customerId: string } & ShownKey)
  | ({ kind: "service" } & ShownKey)
  | ({ kind: "worker" } & ShownKey)
  | { kind: "system"; name: string };

/** True where the actor may do what the scope names; operators and the system may do everything. */
export function hasScope(actor: Actor, scope: Scope): boolean {
  switch (actor.kind) {
    case "operator":
    case "system":
      return true;
    case "member":
    case "portal":
      return scope === "read";
    case "key":
    case "service":
    case "worker":
      return actor.scopes.includes(scope);
  }
}

/** How the actor is named in audit entries. */
export function actorLabel(actor: Actor): { kind: "operator" | "member" | "key" | "system"; id: string } {
  switch (actor.kind) {
    case "operator":
    case "member":
      return { kind: actor.kind, id: actor.userId };
    case "portal":
      return { kind: "member", id: `portal:${actor.visitId}` };
    case "key":
    case "service":
    case "worker":
      return { kind: "key", id: actor.keyId };
    case "system":
      return { kind: "system", id: actor.name };
  }
}
