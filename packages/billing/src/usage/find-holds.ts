import type { Dimensions, Nanos } from "@ratebook/core";
import type { PinnedVersions } from "../catalog/catalogue.ts";
import type { Ctx } from "../ctx.ts";

/** What a hold was placed for, and at which versions. */
export type FoundHold = {
  /** Null where it is resolved or long expired. */
  amount: Nanos | null;
  /** Null where the hold was placed without a price list, or is resolved. */
  pinned: PinnedVersions | null;
  /** As named when it was placed. */
  offering: string | null;
  dimensions: Dimensions;
  agentId: string | null;
  appId: string | null;
  userId: string | null;
};

/** Reads what holds were placed for, each within its own customer, in one query; also of holds that are resolved. */
export async function findHolds(
  ctx: Pick<Ctx, "sql">,
  keys: readonly { customerId: string; holdId: string }[],
): Promise<(customerId: string, holdId: string) => FoundHold | undefined> {
  if (keys.length === 0) return () => undefined;
  const rows = await ctx.sql<HoldRow[]>`
    select r.customer_id as "customerId", r.hold_id as "holdId", h.amount,
      h.catalogue_version as "catalogueVersion", h.policy_version as "policyVersion", h.contract,
      r.offering, r.dimensions, r.agent_id as "agentId", r.app_id as "appId", r.user_id as "userId"
    from unnest(${keys.map((key) => key.customerId)}::uuid[], ${keys.map((key) => key.holdId)}::uuid[])
      as k(account_id, hold_id)
    join ratebook.hold_request r on r.customer_id = k.account_id and r.hold_id = k.hold_id
    left join ratebook.hold h on h.bucket = ratebook.bucket_of(k.account_id) and h.account_id = k.account_id
      and h.hold_id = k.hold_id`;
  const found = new Map(rows.map((row) => [`${row.customerId} ${row.holdId}`, foundHold(row)]));
  return (customerId, holdId) => found.get(`${customerId} ${holdId}`);
}

type HoldRow = Omit<FoundHold, "pinned"> & {
  customerId: string;
  holdId: string;
  catalogueVersion: number | null;
  policyVersion: number | null;
  contract: string | null;
};

function foundHold({ catalogueVersion, policyVersion, contract, ...row }: HoldRow): FoundHold {
  const pinned =
    catalogueVersion === null || policyVersion === null
      ? null
      : { catalogueVersion, policyVersion, contract };
  return { ...row, pinned };
}
