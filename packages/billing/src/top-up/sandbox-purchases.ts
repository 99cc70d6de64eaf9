import type { Ctx } from "../ctx.ts";

/**
 * Whether credits remain here that were bought with money that is worth nothing, by test cards or a test chain's tokens:
 * a server that takes real money must not honour them. `purgeSandbox` takes them away.
 */
export async function hasSandboxPurchases(ctx: Pick<Ctx, "sql">): Promise<boolean> {
  // A settlement does not say what its tokens were worth; the entry it credited does.
  const [row] = await ctx.sql<{ found: boolean }[]>`
    select exists (select from ratebook.payment_order where test and purged_at is null and state = 'settled')
      or exists (
        select from ratebook.x402_settlement as settlement join ratebook.entry on entry.op_id = settlement.op_id
        where settlement.state = 'settled' and settlement.purged_at is null and entry.contra = 'clearing:sandbox') as found`;
  return row?.found ?? false;
}
