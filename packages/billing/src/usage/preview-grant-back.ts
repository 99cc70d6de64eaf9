import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import { type HeldChange, heldChangeColumns } from "../catalog/activate-proposals.ts";
import { isDecrease } from "../catalog/open-grant-backs.ts";
import { type CatalogAccessDenied, refuseUnlessOperator } from "../catalog/permission.ts";
import { readProposalPolicy } from "../catalog/proposal-policy.ts";
import type { Ctx } from "../ctx.ts";
import { planGrantBack } from "./grant-back-plan.ts";

/** What approving some held changes now would give back. */
export type GrantBackPreview = {
  /** What the policy does where a decision does not say. */
  byPolicy: boolean;
  /** Decreases among the changes that were asked for. */
  decreases: { id: string; offering: string; meter: string; since: Date; events: number; inFavour: Nanos }[];
  /** Debits that would be corrected, of so many customers, and the sum of the grants. */
  events: number;
  customers: number;
  inFavour: Nanos;
  /** False where there is more usage than is looked at for a preview; all of it is given back. */
  complete: boolean;
};

/** The dry run of a grant-back: what an approval would give back since the documents were fetched. For operators. */
export async function previewGrantBack(
  ctx: Pick<Ctx, "sql" | "clock" | "catalogue">,
  actor: Actor,
  { ids }: { ids: readonly string[] },
): Promise<Result<GrantBackPreview, CatalogAccessDenied>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const { sql } = ctx;
  const { grantBackDecreases: byPolicy } = await readProposalPolicy(sql);
  const open = await sql<{ id: string; since: Date }[]>`
    select p.id, s.fetched_at as since from ratebook.proposal p
    join ratebook.snapshot s on s.source = p.source and s.sha256 = p.sha256
    where p.id = any(${ids}::uuid[]) and p.state in ('held', 'scheduled') and ${isDecrease(sql)}
    order by p.offering, p.meter, p.condition_key`;
  const changes = await sql<HeldChange[]>`
    select ${heldChangeColumns(sql)} from ratebook.proposal where id = any(${open.map(({ id }) => id)}::uuid[])`;
  const byId = new Map(changes.map((change) => [change.id, change]));
  const to = ctx.clock();
  const customers = new Set<string>();
  const debits = new Set<string>();
  const decreases: GrantBackPreview["decreases"] = [];
  let complete = true;
  for (const { id, since } of open) {
    const change = byId.get(id);
    if (change === undefined || since >= to) continue;
    const plan = await planGrantBack(ctx, change, { from: since, to }, null);
    complete &&= plan.complete;
    for (const { customerId, eventOpId } of plan.changed) {
      customers.add(customerId);
      debits.add(eventOpId);
    }
    const { offering, meter } = change;
    decreases.push({ id, offering, meter, since, events: plan.changed.length, inFavour: plan.inFavour });
  }
  const inFavour = nanos(decreases.reduce((sum, decrease) => sum + decrease.inFavour, 0n));
  return ok({ byPolicy, decreases, events: debits.size, customers: customers.size, inFavour, complete });
}
