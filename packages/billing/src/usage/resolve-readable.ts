import { err, type Result } from "@ratebook/core";
import {
  type ResolveCustomerError,
  type ResolvedCustomer,
  resolveCustomer,
} from "../accounts/resolve-customer.ts";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";

/** The customer an actor may read: `resolveCustomer`, and a customer's own key needs the scope `read`. */
export async function resolveReadable(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  named: string | undefined,
): Promise<Result<ResolvedCustomer, ResolveCustomerError>> {
  if (actor.kind === "key" && !hasScope(actor, "read")) {
    return err({ kind: "access_denied", message: "This key lacks the scope read." });
  }
  return resolveCustomer(ctx, actor, named);
}
