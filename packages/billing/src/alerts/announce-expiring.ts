import { NANOS_PER_CENT } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import type { Ctx } from "../ctx.ts";
import { listGrants } from "../usage/list-grants.ts";
import { tellCustomer } from "./tell-customer.ts";

/**
 * Tells customers of credits that expire within a week, once a grant, while a cent or more of them is left. Grants that
 * live less than two weeks are passed over: whoever got them knows. Safe to run twice.
 *
 * @param page grants that are looked at together
 * @returns how many grants were told of
 */
export async function announceExpiring(ctx: Ctx, { page = 500 }: { page?: number } = {}): Promise<number> {
  const now = ctx.clock();
  const until = new Date(now.getTime() + AHEAD_MS);
  let told = 0;
  let after: Due | undefined;
  do {
    const due: Due[] = await ctx.sql<Due[]>`
      select g.account_id as "customerId", g.grant_id as "grantId" from ratebook.grant g
      where g.remaining > 0 and g.expires_at > ${now} and g.expires_at <= ${until}
        and g.expires_at >= g.created_at + interval '14 days'
        and (${after?.grantId ?? null}::uuid is null
          or (g.account_id, g.grant_id) > (${after?.customerId ?? null}::uuid, ${after?.grantId ?? null}::uuid))
        and not exists (select from ratebook.webhook_event e where e.key = 'expiring:' || g.grant_id)
      order by g.account_id, g.grant_id limit ${page}`;
    for (const grant of due) told += (await tell(ctx, grant)) ? 1 : 0;
    after = due.length === page ? due.at(-1) : undefined;
  } while (after !== undefined);
  return told;
}

type Due = { customerId: string; grantId: string };

async function tell(ctx: Ctx, { customerId, grantId }: Due): Promise<boolean> {
  // What is left after all consumption: attribution to grants lags behind.
  const grants = await listGrants(ctx, { kind: "system", name: "alerts" }, { customer: customerId });
  const left = grants.ok ? grants.value.find(({ id }) => id === grantId) : undefined;
  if (left === undefined || left.expiresAt === null || left.remaining < NANOS_PER_CENT) return false;
  const { source, remaining, expiresAt } = left;
  await inTransaction(ctx.db, (tx) =>
    tellCustomer(ctx, tx, customerId, {
      template: "credits_expiring",
      key: `expiring:${grantId}`,
      grantId,
      source,
      amount: remaining,
      expiresAt,
    }),
  );
  return true;
}

const AHEAD_MS = 7 * 86_400_000;
