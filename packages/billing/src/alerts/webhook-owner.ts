import { err, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { InvalidField } from "../usage/usage-error.ts";

/** Whose endpoints: a customer's, or with null the platform's own. */
export type WebhookOwner = { customerId: string | null };

/** No endpoint or delivery of that owner has the id. */
export type WebhookNotFound = { kind: "webhook_not_found"; what: "endpoint" | "delivery"; id: string };

export type WebhookError = ResolveCustomerError | InvalidField | WebhookNotFound;

/**
 * Whose endpoints an actor may look at. Operators, and service keys that may write webhooks, mean the platform's where
 * they name no customer; everybody else means its own customer, or the one a service key names.
 */
export async function readableOwner(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  named: string | undefined,
): Promise<Result<WebhookOwner, ResolveCustomerError>> {
  if (named === undefined && speaksForPlatform(actor)) return ok({ customerId: null });
  const customer = await resolveReadable(ctx, actor, named);
  return customer.ok ? ok({ customerId: customer.value.id }) : customer;
}

/**
 * Whose endpoints an actor may change: owners and admins their organization's; operators and service keys that may write
 * webhooks everybody's and the platform's; service keys that may write customers those of customers alone. A customer's
 * key may not: one that leaks must not send its events elsewhere.
 */
export async function writableOwner(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  named: string | undefined,
): Promise<Result<WebhookOwner, ResolveCustomerError>> {
  if (named === undefined && speaksForPlatform(actor)) return ok({ customerId: null });
  const may =
    speaksForPlatform(actor) ||
    (actor.kind === "member" && actor.role !== "member") ||
    (actor.kind === "service" && hasScope(actor, "customers:write"));
  if (!may) {
    return err({
      kind: "access_denied",
      message:
        "Webhooks are set up by operators, by owners and admins of an organization, and by service keys with webhooks:write or customers:write.",
    });
  }
  const customer = await resolveCustomer(ctx, actor, named);
  return customer.ok ? ok({ customerId: customer.value.id }) : customer;
}

/** Whether whoever names no customer means the platform's own endpoints. */
export const speaksForPlatform = (actor: Actor): boolean =>
  actor.kind === "operator" ||
  actor.kind === "system" ||
  (actor.kind === "service" && hasScope(actor, "webhooks:write"));
