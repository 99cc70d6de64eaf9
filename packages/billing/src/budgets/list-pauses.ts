import { ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { SpendingSubject } from "../ledger/post-outcome.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";

/** A subject that somebody paused. */
export type Pause = {
  subject: SpendingSubject;
  /** Null for the organization. */
  subjectId: string | null;
  /** For people. */
  name: string;
  reason: string;
  pausedAt: Date;
};

/** What of a customer somebody paused, the latest first; at most 200. */
export async function listPauses(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<Pause[], ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id, name } = customer.value;
  const rows = await ctx.sql<Pause[]>`
    select p.subject, nullif(p.subject_id, '') as "subjectId", p.reason, p.paused_at as "pausedAt",
      case p.subject when 'organization' then ${name}::text else coalesce(a.name, g.name, k.name, p.subject_id) end as name
    from ratebook.spending_pause p
    left join ratebook.app a on p.subject = 'app' and a.customer_id = p.account_id and a.app_id = p.subject_id
    left join ratebook.agent g on p.subject = 'agent' and g.customer_id = p.account_id and g.agent_id = p.subject_id
    left join ratebook.api_key k on p.subject = 'key' and k.id::text = p.subject_id
    where p.bucket = ratebook.bucket_of(${id}::uuid) and p.account_id = ${id}
    order by p.paused_at desc, p.subject, p.subject_id limit 200`;
  return ok([...rows]);
}
