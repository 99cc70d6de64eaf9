import { err, ok, type Result } from "@ratebook/core";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";

export type ResolveCustomerError =
  | { kind: "access_denied"; message: string }
  | { kind: "customer_required"; message: string }
  | { kind: "customer_not_found"; customer: string };

/** The customer a request is about. */
export type ResolvedCustomer = { id: string; externalId: string | null; name: string };

/**
 * Decides which customer an actor acts for, and refuses any other.
 *
 * @param named our id or the platform's external id; keys and members may leave it out or name themselves only
 * @returns `access_denied` where the actor may not act for the named one, whether or not it exists;
 *   `customer_required` where a service key names nobody; `customer_not_found` where nobody has that id
 */
export async function resolveCustomer(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  named?: string,
): Promise<Result<ResolvedCustomer, ResolveCustomerError>> {
  if (actor.kind === "key" || actor.kind === "member" || actor.kind === "portal") {
    const own = await findCustomer(ctx, actor.customerId);
    if (own && (named === undefined || named === own.id || named === own.externalId)) return ok(own);
    return err({ kind: "access_denied", message: "This credential belongs to another customer." });
  }
  if (actor.kind === "worker" || !hasScope(actor, "usage:any")) {
    return err({ kind: "access_denied", message: "This key may not act for customers." });
  }
  if (named === undefined) {
    return err({
      kind: "customer_required",
      message: "Name the customer in the X-Customer header or the field customer.",
    });
  }
  const customer = await findCustomer(ctx, named);
  return customer ? ok(customer) : err({ kind: "customer_not_found", customer: named });
}

async function findCustomer(ctx: Pick<Ctx, "sql">, named: string): Promise<ResolvedCustomer | null> {
  const id = UUID.test(named) ? named.toLowerCase() : null;
  // An external id may itself look like a UUID; our own id wins.
  const rows = await ctx.sql<ResolvedCustomer[]>`
    select id, external_id as "externalId", name from ratebook.customer
    where id = ${id}::uuid or external_id = ${named}
    order by (id = ${id}::uuid) desc nulls last limit 1`;
  return rows[0] ?? null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
