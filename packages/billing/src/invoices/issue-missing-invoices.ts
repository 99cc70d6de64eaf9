import type { Ctx } from "../ctx.ts";
import { issueInvoice } from "./issue-invoice.ts";
import { readSeller } from "./seller.ts";

/**
 * Writes every document that a settled purchase lacks, oldest purchase first: invoices, and corrections for what was
 * refunded or lost since. Bounded, and safe to run twice or at once.
 *
 * @returns how many documents were written and how many purchases were looked at; as many as `limit`: there may be more
 */
export async function issueMissingInvoices(
  ctx: Ctx,
  { limit = 200 }: { limit?: number } = {},
): Promise<{ issued: number; purchases: number }> {
  const { issuer } = await readSeller(ctx);
  const purchases = await ctx.sql<{ id: string }[]>`
    select id from (
      select o.id, o.settled_at from ratebook.payment_order o
      where o.settled_at is not null and not (${issuer} = 'stripe' and o.rail_invoice_id is not null)
        and not exists (select from ratebook.invoice i where i.purchase_id = o.id and i.step = 0)
      union all
      select s.id, s.settled_at from ratebook.x402_settlement s
      where s.settled_at is not null
        and not exists (select from ratebook.invoice i where i.purchase_id = s.id and i.step = 0)
      union all
      select o.id, o.settled_at from ratebook.payment_order o
      cross join lateral (
        select sum(i.total_nanos) as kept, count(*) as documents
        from ratebook.invoice i where i.purchase_id = o.id) d
      cross join lateral (
        select least(o.amount_cents,
          coalesce((select sum(r.amount_cents) from ratebook.payment_refund r
            where r.order_id = o.id and r.state = 'succeeded'), 0)
          + coalesce((select sum(p.amount_cents) from ratebook.payment_dispute p
            where p.order_id = o.id and p.state = 'lost'), 0)) as cents) returned
      where o.settled_at is not null and d.documents > 0
        and (o.refunded_cents > 0 or o.disputed_cents > 0 or d.documents > 1)
        and d.kept <> (o.amount_cents - returned.cents) * 10000000
    ) missing
    order by settled_at, id limit ${limit}`;
  let issued = 0;
  const failures: unknown[] = [];
  for (const { id } of purchases) {
    try {
      issued += (await issueInvoice(ctx, id)).issued.length;
    } catch (error) {
      failures.push(error);
    }
  }
  // Told only now, so that one purchase that cannot be documented keeps no other from its invoice.
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} purchases got no invoice`);
  return { issued, purchases: purchases.length };
}
