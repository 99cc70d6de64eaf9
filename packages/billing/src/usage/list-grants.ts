import { ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type ListedGrant, readBurnOrder } from "./burn-order.ts";
import { readStanding } from "./get-balance.ts";
import { resolveReadable } from "./resolve-readable.ts";

/** A customer's grants that still have credits, in the order they burn; at most 500. */
export async function listGrants(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<ListedGrant[], ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  await readStanding(ctx, customer.value.id);
  return ok(await readBurnOrder(ctx.db, customer.value.id));
}
