import { ok, type Result } from "@ratebook/core";
import { app } from "@ratebook/db/schema";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { ResolveCustomerError } from "./resolve-customer.ts";
import { resolveWritable } from "./upsert-agent.ts";

export type UpsertAppInput = {
  customer?: string | undefined;
  /** The platform's own id; unique within the customer. */
  id: string;
  name: string;
  /** Made from the name where absent. */
  slug?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
};

/** Names an app of a customer, or changes its name. Repeating it changes nothing. */
export async function upsertApp(
  ctx: Ctx,
  actor: Actor,
  input: UpsertAppInput,
): Promise<Result<{ id: string; name: string; slug: string; customerId: string }, ResolveCustomerError>> {
  const customer = await resolveWritable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id, name, metadata } = input;
  const slug = input.slug ?? slugOf(name, id);
  await ctx.db
    .insert(app)
    .values({
      customerId: customer.value.id,
      appId: id,
      name,
      slug,
      metadata: metadata ?? {},
      createdAt: ctx.clock(),
    })
    .onConflictDoUpdate({
      target: [app.customerId, app.appId],
      set: metadata === undefined ? { name, slug } : { name, slug, metadata },
    });
  return ok({ id, name, slug, customerId: customer.value.id });
}

/** Lower-case words joined by dashes; the id where the name has no such word. */
export function slugOf(name: string, id: string): string {
  const slug = name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return slug === "" ? id : slug;
}
