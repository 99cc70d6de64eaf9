import { ok, type Result } from "@ratebook/core";
import { agent } from "@ratebook/db/schema";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { type ResolveCustomerError, resolveCustomer } from "./resolve-customer.ts";

export type UpsertAgentInput = {
  customer?: string | undefined;
  /** The platform's own id; unique within the customer. */
  id: string;
  name: string;
  metadata?: Record<string, unknown> | undefined;
};

/** Names an agent of a customer, or changes its name. Repeating it changes nothing. */
export async function upsertAgent(
  ctx: Ctx,
  actor: Actor,
  input: UpsertAgentInput,
): Promise<Result<{ id: string; name: string; customerId: string }, ResolveCustomerError>> {
  const customer = await resolveWritable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id, name, metadata } = input;
  await ctx.db
    .insert(agent)
    .values({
      customerId: customer.value.id,
      agentId: id,
      name,
      metadata: metadata ?? {},
      createdAt: ctx.clock(),
    })
    .onConflictDoUpdate({
      target: [agent.customerId, agent.agentId],
      set: metadata === undefined ? { name } : { name, metadata },
    });
  return ok({ id, name, customerId: customer.value.id });
}

/** The customer whose agents and apps an actor may name: members of it, and keys that may report its usage. */
export async function resolveWritable(
  ctx: Ctx,
  actor: Actor,
  named: string | undefined,
): ReturnType<typeof resolveCustomer> {
  if (actor.kind !== "member" && !hasScope(actor, "usage:write")) {
    return {
      ok: false,
      error: { kind: "access_denied", message: "This credential lacks the scope usage:write." },
    };
  }
  return resolveCustomer(ctx, actor, named);
}
