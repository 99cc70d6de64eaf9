import { type WatchCtx, watchCustomer } from "./watch-runways.ts";

/**
 * Looks at a customer's shutdown notice because credits came in: they end it, or put it off, at once. Costs one small
 * read where nothing is announced.
 */
export async function liftNotice(ctx: WatchCtx, customerId: string): Promise<void> {
  const [notice] = await ctx.sql`
    select 1 from ratebook.shutdown_notice where customer_id = ${customerId} and state <> 'active'`;
  if (notice !== undefined) await watchCustomer(ctx, customerId);
}
