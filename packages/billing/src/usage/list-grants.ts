import { type Nanos, nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { readStanding } from "./get-balance.ts";
import { resolveReadable } from "./resolve-readable.ts";

/** Credits with an origin, as they stand now. */
export type ListedGrant = {
  id: string;
  amount: Nanos;
  /** After all consumption so far. */
  remaining: Nanos;
  priority: number;
  category: "purchased" | "promotional" | "credit_line";
  /** Null: never. */
  expiresAt: Date | null;
  source: string;
  createdAt: Date;
};

/** A customer's grants that still have credits, in the order they burn; at most 500. */
export async function listGrants(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<ListedGrant[], ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id } = customer.value;
  await readStanding(ctx, id);
  const rows = await ctx.sql<(ListedGrant & { unattributed: Nanos })[]>`
    select g.grant_id as id, g.amount, g.remaining, g.priority::int as priority, g.category, g.source,
      nullif(g.expires_at, 'infinity') as "expiresAt", g.created_at as "createdAt",
      w.consumed - w.allocated as unattributed
    from ratebook.wallet w
    cross join lateral (
      select *, row_number() over () as place from ratebook.grants_to_burn(w.bucket, w.account_id) limit 500) g
    where w.bucket = ratebook.bucket_of(${id}::uuid) and w.account_id = ${id}
    order by g.place`;
  // Consumption is attributed to grants in this very order, only later.
  let unattributed: bigint = rows[0]?.unattributed ?? 0n;
  const grants = rows.map(({ unattributed: _later, ...grant }) => {
    const taken = unattributed < grant.remaining ? unattributed : grant.remaining;
    unattributed -= taken;
    return { ...grant, remaining: nanos(grant.remaining - taken) };
  });
  return ok(grants.filter(({ remaining }) => remaining > 0n));
}
