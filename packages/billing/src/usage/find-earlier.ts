import type { Nanos } from "@ratebook/core";
import type { Ctx } from "../ctx.ts";

/** An operation that was posted under an id before. */
export type EarlierOperation = {
  kind: string;
  /** Lower-case hex. */
  meaning: string | null;
  /** The amount it was posted for. */
  asked: Nanos;
};

/** An operation's address: ids are unique per account. */
export type OperationKey = { customerId: string; opId: string };

/**
 * Looks up what was posted under these ids before, all in one query.
 *
 * Only for operations that cannot simply be posted again (a price has gone, a quote has expired): the ledger recognises
 * every other replay by itself.
 */
export async function findEarlier(
  ctx: Pick<Ctx, "sql">,
  keys: readonly OperationKey[],
): Promise<(key: OperationKey) => EarlierOperation | undefined> {
  if (keys.length === 0) return () => undefined;
  const rows = await ctx.sql<(EarlierOperation & OperationKey)[]>`
    select e.account_id as "customerId", e.op_id as "opId", e.kind, e.asked,
      encode(e.meaning_hash, 'hex') as meaning
    from unnest(${keys.map((key) => key.customerId)}::uuid[], ${keys.map((key) => key.opId)}::uuid[])
      as k(account_id, op_id)
    join ratebook.entry e on e.op_id = k.op_id and e.account_id = k.account_id`;
  const found = new Map(rows.map((row) => [keyText(row), row]));
  return (key) => found.get(keyText(key));
}

/** One text for an operation's address. */
export const keyText = ({ customerId, opId }: OperationKey): string => `${customerId} ${opId}`;
