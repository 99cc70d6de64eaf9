import { err, type Result } from "@ratebook/core";
import {
  type ResolveCustomerError,
  type ResolvedCustomer,
  resolveCustomer,
} from "../accounts/resolve-customer.ts";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";

/**
 * The customer whose budgets and pauses an actor may set: operators, its owners and admins, and the platform's service
 * keys with `customers:write`. A customer's own key never: one that leaks must not be able to raise its own limit.
 */
export async function resolveKeeper(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  named: string | undefined,
): Promise<Result<ResolvedCustomer, ResolveCustomerError>> {
  const denied = keeperDenied(actor);
  return denied === null ? resolveCustomer(ctx, actor, named) : err(denied);
}

/** Why an actor may set no budgets; null where it may. */
export function keeperDenied(actor: Actor): { kind: "access_denied"; message: string } | null {
  const may =
    actor.kind === "member"
      ? actor.role !== "member"
      : actor.kind !== "key" && hasScope(actor, "customers:write");
  return may ? null : DENIED;
}

const DENIED = {
  kind: "access_denied",
  message:
    "Budgets and pauses are set by operators, by owners and admins of the organization, and by service keys with customers:write.",
} as const;
