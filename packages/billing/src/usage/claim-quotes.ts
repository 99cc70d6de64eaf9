import type { Ctx } from "../ctx.ts";
import type { OperationKey } from "./find-earlier.ts";

/** A quote and the operation that wants to use it up. */
export type QuoteClaim = OperationKey & { id: string };

/**
 * Uses quotes up, each for one operation: a conditional write, so that of two debits that name one quote at once only
 * one is priced by it. The operation that has a quote keeps it on every repeat.
 *
 * @returns whether an operation has the quote it asked for
 */
export async function claimQuotes(
  ctx: Pick<Ctx, "sql">,
  claims: readonly QuoteClaim[],
): Promise<(claim: QuoteClaim) => boolean> {
  if (claims.length === 0) return () => true;
  const rows = await ctx.sql<{ id: string; usedBy: string }[]>`
    with ${locked(ctx, claims)}
    update ratebook.quote q set used_by = c.op_id
    from locked, unnest(${claims.map(({ id }) => id)}::uuid[], ${claims.map(({ customerId }) => customerId)}::uuid[],
      ${claims.map(({ opId }) => opId)}::uuid[]) as c(id, customer_id, op_id)
    where q.id = locked.id and q.id = c.id and q.customer_id = c.customer_id and (q.used_by is null or q.used_by = c.op_id)
    returning q.id, q.used_by as "usedBy"`;
  const users = new Map(rows.map(({ id, usedBy }) => [id, usedBy]));
  return ({ id, opId }) => users.get(id) === opId;
}

/** Gives quotes back that were claimed for operations the ledger then refused. */
export async function returnQuotes(ctx: Pick<Ctx, "sql">, claims: readonly QuoteClaim[]): Promise<void> {
  if (claims.length === 0) return;
  await ctx.sql`
    with ${locked(ctx, claims)}
    update ratebook.quote q set used_by = null
    from locked, unnest(${claims.map(({ id }) => id)}::uuid[], ${claims.map(({ opId }) => opId)}::uuid[]) as c(id, op_id)
    where q.id = locked.id and q.id = c.id and q.used_by = c.op_id`;
}

/** Locks quotes in one order, so that two batches that name the same ones wait for each other and do not lock up. */
const locked = ({ sql }: Pick<Ctx, "sql">, claims: readonly QuoteClaim[]) => sql`
  locked as materialized (
    select id from ratebook.quote where id = any(${claims.map(({ id }) => id)}::uuid[]) order by id for update)`;
