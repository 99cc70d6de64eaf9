import type { Unrated } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";
import { keyText, type OperationKey } from "./find-earlier.ts";
import type { RecordedUsage } from "./recorded-usage.ts";
import { debitLine, readLines } from "./stored-line.ts";

/** What a usage event keeps of its first answer. */
export type StoredUsage = Pick<RecordedUsage, "reason" | "lines" | "catalogueVersion" | "policyVersion">;

/** Reads the first answers of replayed events, by `keyText`, in one query. */
export async function readStoredUsage(
  ctx: Pick<Ctx, "sql">,
  keys: readonly OperationKey[],
): Promise<ReadonlyMap<string, StoredUsage>> {
  if (keys.length === 0) return new Map();
  const rows = await ctx.sql<Row[]>`
    select u.account_id as "customerId", u.op_id as "opId", u.lines, u.park_reason as reason,
      u.catalogue_version as "catalogueVersion", u.policy_version as "policyVersion"
    from unnest(${keys.map((key) => key.customerId)}::uuid[], ${keys.map((key) => key.opId)}::uuid[])
      as k(account_id, op_id)
    join ratebook.usage_event u on u.bucket = ratebook.bucket_of(k.account_id) and u.account_id = k.account_id
      and u.op_id = k.op_id`;
  return new Map(
    rows.map((row) => [
      keyText(row),
      {
        reason: row.reason,
        lines: readLines(row.lines).map(debitLine),
        catalogueVersion: row.catalogueVersion,
        policyVersion: row.policyVersion,
      },
    ]),
  );
}

type Row = OperationKey & {
  lines: unknown;
  reason: Unrated["reason"] | null;
  catalogueVersion: number | null;
  policyVersion: number | null;
};
