import { err, ok, type Result } from "@ratebook/core";
import type { webhookEndpoint } from "@ratebook/db/schema";
import type { Ctx } from "../ctx.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type EventKind, kindsFor } from "./event-kinds.ts";
import type { WebhookOwner } from "./webhook-owner.ts";

export type WebhookEndpointRow = typeof webhookEndpoint.$inferSelect;

/** An endpoint as its owner sees it; the secret is shown when it is made, and never again. */
export type WebhookEndpoint = {
  id: string;
  customerId: string | null;
  url: string;
  description: string;
  /** Empty: every kind its owner may see. */
  events: EventKind[];
  state: "active" | "disabled";
  disabledBecause: "by_hand" | "failing" | "gone" | null;
  failingSince: Date | null;
  lastSuccessAt: Date | null;
  /** Until when the secret before the present one signs too. */
  previousSecretUntil: Date | null;
  createdAt: Date;
};

/** What an owner may say about an endpoint. */
export type EndpointDetails = {
  url: string;
  description?: string | undefined;
  events?: readonly EventKind[] | undefined;
};

/** A row as its owner sees it. */
export const shownEndpoint = (row: WebhookEndpointRow, now: Date): WebhookEndpoint => ({
  id: row.id,
  customerId: row.customerId,
  url: row.url,
  description: row.description,
  // Only kinds of the list are ever written.
  events: row.events as EventKind[],
  state: row.state === "active" ? "active" : "disabled",
  disabledBecause: row.disabledBecause,
  failingSince: row.failingSince,
  lastSuccessAt: row.lastSuccessAt,
  previousSecretUntil: row.previousUntil !== null && row.previousUntil > now ? row.previousUntil : null,
  createdAt: row.createdAt,
});

/** The address as it is kept: https, or http to this machine where the server allows it; no password, no fragment. */
export function checkedUrl(ctx: Pick<Ctx, "webhookLoopback">, text: string): Result<string, InvalidField> {
  const invalid = (message: string) => err({ kind: "validation_error" as const, field: "url", message });
  if (!URL.canParse(text)) return invalid("must be an address such as https://example.com/hooks");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return invalid("must not carry a password");
  if (url.hash !== "") return invalid("must not have a fragment (#…)");
  const local = LOOPBACK.has(url.hostname) && ctx.webhookLoopback === true;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local)) {
    return invalid("must be an https address");
  }
  if (LOOPBACK.has(url.hostname) && !local) return invalid("must not be this machine");
  return ok(url.href);
}

/** The kinds as they are kept: those its owner may see, each once. */
export function checkedEvents(
  owner: WebhookOwner,
  events: readonly EventKind[],
): Result<EventKind[], InvalidField> {
  const allowed = kindsFor(owner.customerId === null ? "platform" : "customer");
  const foreign = events.find((kind) => !allowed.includes(kind));
  if (foreign !== undefined) {
    return err({ kind: "validation_error", field: "events", message: `${foreign} is not offered here` });
  }
  return ok(allowed.filter((kind) => events.includes(kind)));
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);
