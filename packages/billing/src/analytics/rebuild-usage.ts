import { err, ok, type Result } from "@ratebook/core";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";

/**
 * Makes the usage rollups anew from the entries, a wallet a transaction, then everybody's; reads stay right meanwhile. Safe to repeat and
 * to interrupt.
 *
 * @param onWallet told of each wallet that is done
 */
export async function rebuildUsage(
  ctx: Pick<Ctx, "sql">,
  actor: Actor,
  { onWallet = () => {} }: { onWallet?: (accountId: string) => void } = {},
): Promise<Result<{ wallets: number }, { kind: "access_denied"; message: string }>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may rebuild rollups." });
  }
  let wallets = 0;
  let last = { bucket: -1, account: "00000000-0000-0000-0000-000000000000" };
  for (;;) {
    const page = await ctx.sql<{ bucket: number; account: string }[]>`
      select bucket, account_id as account from ratebook.usage_rolled
      where (bucket, account_id) > (${last.bucket}, ${last.account}::uuid)
      order by bucket, account_id limit ${PAGE}`;
    for (const { account } of page) {
      await ctx.sql`select ratebook.rebuild_usage(${account})`;
      onWallet(account);
    }
    wallets += page.length;
    const end = page.at(-1);
    if (end === undefined) break;
    last = end;
  }
  await ctx.sql`select ratebook.rebuild_usage_totals()`;
  return ok({ wallets });
}

const PAGE = 500;
