import type { Ctx } from "../ctx.ts";

/** Whether credits were ever bought with the sandbox's cards here: a server that takes real money must not honour them. */
export async function hasSandboxPurchases(ctx: Pick<Ctx, "sql">): Promise<boolean> {
  const [row] = await ctx.sql<{ found: boolean }[]>`
    select exists (select from ratebook.payment_order where gateway = 'sandbox' and state = 'settled') as found`;
  return row?.found ?? false;
}
