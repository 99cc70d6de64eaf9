/** Kinds of key, as the doors know them. */
export type KeyKind = "customer" | "service" | "worker";
export type KeyScope =
  | "read"
  | "usage:write"
  | "usage:backfill"
  | "usage:any"
  | "customers:write"
  | "webhooks:write"
  | "catalog:submit"
  | "clock:tick";

/** What a right lets a program do. */
export const scopeTexts: Record<KeyScope, string> = {
  read: "Read balance, entries, receipts and usage; top up",
  "usage:write": "Report usage and place holds",
  "usage:backfill": "Report usage older than 35 days",
  "usage:any": "Act for any customer it names",
  "webhooks:write": "Set up webhooks, the platform's own too",
  "customers:write": "Create customers and grant promotional credits",
  "catalog:submit": "Submit price documents",
  "clock:tick": "Advance the schedule",
};

/** Whether a text of the door is a right this page knows. */
export const isScope = (text: string): text is KeyScope => text in scopeTexts;

const byKind: Record<KeyKind, readonly KeyScope[]> = {
  customer: ["read", "usage:write", "usage:backfill"],
  service: ["read", "usage:write", "usage:any", "customers:write", "webhooks:write", "usage:backfill"],
  worker: ["catalog:submit", "clock:tick"],
};

/** Rights that can be chosen for a new key of a kind. Members grant their programs reading only; the server insists. */
export const scopesFor = (kind: KeyKind, operator: boolean): readonly KeyScope[] =>
  operator ? byKind[kind] : ["read"];

/** What is ticked at first: the least that makes the kind useful. */
export const usualScopes = (kind: KeyKind): readonly KeyScope[] =>
  kind === "service"
    ? ["read", "usage:write", "usage:any", "customers:write"]
    : kind === "worker"
      ? byKind.worker
      : ["read"];

/** What a key is at an instant. */
export function keyState(
  key: { revokedAt: Date | null; expiresAt: Date | null },
  now: Date,
): "active" | "revoked" | "expired" {
  if (key.revokedAt !== null) return "revoked";
  return key.expiresAt !== null && key.expiresAt <= now ? "expired" : "active";
}
