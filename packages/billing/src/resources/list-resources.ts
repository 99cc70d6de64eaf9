import { type Nanos, nanos, ok, type Result } from "@ratebook/core";
import type { RESOURCE_STATES } from "@ratebook/db/schema";
import { resource } from "@ratebook/db/schema";
import { and, desc, eq, inArray, lt, ne } from "drizzle-orm";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import { findReadableResource, type NamedResource } from "./find-resource.ts";
import type { Resource, ResourceError } from "./resource.ts";
import { showResource, showResources } from "./show-resources.ts";

export type ListResourcesInput = {
  customer?: string | undefined;
  kind?: string | undefined;
  /** Default: everything that is not deleted and did not fail. */
  states?: readonly (typeof RESOURCE_STATES)[number][] | undefined;
  limit: number;
  cursor?: string | undefined;
};

/** A customer's resources, the newest first. */
export async function listResources(
  ctx: Ctx,
  actor: Actor,
  input: ListResourcesInput,
): Promise<Result<{ items: Resource[]; nextCursor: string | null }, ResourceError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const rows = await ctx.db
    .select()
    .from(resource)
    .where(
      and(
        eq(resource.customerId, customer.value.id),
        input.kind === undefined ? undefined : eq(resource.kind, input.kind),
        input.states === undefined
          ? and(ne(resource.state, "deleted"), ne(resource.state, "failed"))
          : inArray(resource.state, [...input.states]),
        input.cursor === undefined ? undefined : lt(resource.id, input.cursor),
      ),
    )
    .orderBy(desc(resource.id))
    .limit(input.limit + 1);
  const page = rows.slice(0, input.limit);
  const nextCursor = rows.length > page.length ? (page.at(-1)?.id ?? null) : null;
  return ok({ items: await showResources(ctx, page), nextCursor });
}

/** A day of a resource as it was billed; `receiptId` names its receipt. */
export type BilledResourceDay = {
  day: string;
  amount: Nanos;
  state: "billed" | "parked";
  receiptId: string;
  billedAt: Date;
};

/** One resource, with its last days. */
export async function getResource(
  ctx: Ctx,
  actor: Actor,
  input: NamedResource,
): Promise<Result<{ resource: Resource; days: BilledResourceDay[] }, ResourceError>> {
  const found = await findReadableResource(ctx, actor, input);
  if (!found.ok) return found;
  const days = await ctx.sql<BilledResourceDay[]>`
    select day::text as day, amount_nanos as amount, state, op_id as "receiptId", billed_at as "billedAt"
    from ratebook.resource_day where resource_id = ${found.value.id} order by day desc limit ${DAYS_SHOWN}`;
  return ok({
    resource: await showResource(ctx, found.value),
    days: days.map((day) => ({ ...day, amount: nanos(day.amount) })),
  });
}

const DAYS_SHOWN = 31;
