import { type Nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";

/** One month of a customer's credit line. */
export type CreditLineUse = {
  /** First day of the UTC month. */
  month: string;
  contract: string;
  amount: Nanos;
  endsAt: Date;
  /** What the month's invoice settles; null until the month is over and the ledger has closed the line. */
  used: Nanos | null;
};

/** The last months of a customer's credit line, the newest first. */
export async function creditLineUse(
  ctx: Pick<Ctx, "sql" | "clock">,
  actor: Actor,
  input: { customer?: string | undefined; limit: number },
): Promise<Result<CreditLineUse[], ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  return ok(
    await ctx.sql<CreditLineUse[]>`
      select p.month::text as month, 'contract-' || p.contract_version as contract, p.amount, p.ends_at as "endsAt",
        case when p.ends_at <= ${ctx.clock()} and g.remaining = 0 then p.amount + coalesce((
          select sum(e.amount) from ratebook.entry e where e.ref_id = p.grant_op_id and e.account_id = p.customer_id
            and e.bucket = g.bucket and e.kind = 'forfeit'), 0) end::int8 as used
      from ratebook.credit_line_period p
      join ratebook."grant" g on g.bucket = ratebook.bucket_of(p.customer_id) and g.account_id = p.customer_id
        and g.grant_id = p.grant_op_id
      where p.customer_id = ${customer.value.id} order by p.month desc limit ${input.limit}`,
  );
}
