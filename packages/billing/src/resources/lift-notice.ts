import { type WatchCtx, watchCustomer } from "./watch-runways.ts";

/**
 * Looks at a customer's shutdown notice because the ledger announced that its wallet rose, whatever made it rise: credits
 * that suffice end the notice, a few put its stop off. Does nothing where nothing is announced any more.
 */
export async function liftNotice(ctx: WatchCtx, customerId: string): Promise<void> {
  const [notice] = await ctx.sql`
    select 1 from ratebook.shutdown_notice where customer_id = ${customerId} and state <> 'active'`;
  if (notice !== undefined) await watchCustomer(ctx, customerId);
}
