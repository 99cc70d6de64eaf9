import { err, ok, type Result } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { resource } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import { type ResolvedCustomer, resolveCustomer } from "../accounts/resolve-customer.ts";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { ResourceError, ResourceRow } from "./resource.ts";

/**
 * The customer whose resources an actor may change: owners and admins of an organization, its keys that may write usage,
 * and the platform.
 */
export async function resolveKeeper(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  named: string | undefined,
): Promise<Result<ResolvedCustomer, ResourceError>> {
  if (actor.kind === "member" && actor.role === "member") {
    const message = "Only an owner or admin of the organization may change its resources.";
    return err({ kind: "access_denied", message });
  }
  if (actor.kind === "key" && !hasScope(actor, "usage:write")) {
    return err({ kind: "access_denied", message: "This key lacks the scope usage:write." });
  }
  return resolveCustomer(ctx, actor, named);
}

/** True where the actor is the platform itself, which knows what really runs. */
export const isPlatform = (actor: Actor): boolean =>
  actor.kind === "operator" ||
  actor.kind === "system" ||
  (actor.kind === "service" && hasScope(actor, "usage:any"));

/** Which resource, and whose: the platform need not say whose. */
export type NamedResource = { id: string; customer?: string | undefined };

/** A resource an actor may change. `resource_not_found` for what belongs to somebody else, too. */
export const findOwnResource = (
  ctx: Pick<Ctx, "db" | "sql">,
  actor: Actor,
  input: NamedResource,
): Promise<Result<ResourceRow, ResourceError>> => find(ctx, actor, input, resolveKeeper);

/** A resource an actor may look at. */
export const findReadableResource = (
  ctx: Pick<Ctx, "db" | "sql">,
  actor: Actor,
  input: NamedResource,
): Promise<Result<ResourceRow, ResourceError>> => find(ctx, actor, input, resolveReadable);

/** Reads a resource again under its lock: what is decided on it stays true until the transaction ends. */
export async function lockResource(tx: Transaction, id: string): Promise<ResourceRow> {
  const [row] = await tx.select().from(resource).where(eq(resource.id, id)).for("update");
  if (row === undefined) throw new Error(`resource ${id} does not exist`);
  return row;
}

async function find(
  ctx: Pick<Ctx, "db" | "sql">,
  actor: Actor,
  { id, customer: named }: NamedResource,
  resolve: (
    ctx: Pick<Ctx, "sql">,
    actor: Actor,
    named: string | undefined,
  ) => Promise<Result<ResolvedCustomer, ResourceError>>,
): Promise<Result<ResourceRow, ResourceError>> {
  const [row] =
    named === undefined && isPlatform(actor)
      ? await ctx.db.select().from(resource).where(eq(resource.id, id))
      : [undefined];
  const customer = await resolve(ctx, actor, named ?? row?.customerId);
  // The platform that names nobody named a resource that is not there.
  if (!customer.ok) {
    return customer.error.kind === "customer_required" ? err({ kind: "resource_not_found", id }) : customer;
  }
  if (row !== undefined) return ok(row);
  const [own] = await ctx.db
    .select()
    .from(resource)
    .where(and(eq(resource.id, id), eq(resource.customerId, customer.value.id)));
  return own === undefined ? err({ kind: "resource_not_found", id }) : ok(own);
}
