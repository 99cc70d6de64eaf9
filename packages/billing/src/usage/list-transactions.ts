import { must, type Nanos, ok, type Result } from "@ratebook/core";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { EntryKind } from "../ledger/post-outcome.ts";
import { readStanding } from "./get-balance.ts";
import { resolveReadable } from "./resolve-readable.ts";

/** What a customer's own list calls an entry. */
export type TransactionType = "credit" | "debit" | "refund" | "clawback" | "hold";

/** One entry of a wallet. Amounts are signed: what leaves the balance is negative. */
export type Transaction = {
  /** The operation that posted it. */
  id: string;
  seq: bigint;
  kind: EntryKind;
  type: TransactionType;
  amount: Nanos;
  heldDelta: Nanos;
  debtDelta: Nanos;
  balanceAfter: Nanos;
  heldAfter: Nanos;
  debtAfter: Nanos;
  description: string;
  /** Of usage that had no price: the debit that rated it later, null while it waits; null for everything else. */
  ratedBy: string | null;
  metadata: Record<string, unknown>;
  createdAt: Date;
};

export type ListTransactionsInput = {
  customer?: string | undefined;
  limit: number;
  /** `seq` of the last entry shown. */
  cursor?: string | undefined;
  /** Only entries of the last so many hours. */
  hours?: number | undefined;
  /** Default: everything but holds, whose money has not moved; so the amounts add up to the balance. */
  type?: TransactionType | undefined;
};

export type TransactionPage = {
  customerId: string;
  items: Transaction[];
  total: number;
  nextCursor: string | null;
};

/** A customer's entries, newest first, each with the balance after it. */
export async function listTransactions(
  ctx: Ctx,
  actor: Actor,
  input: ListTransactionsInput,
): Promise<Result<TransactionPage, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id } = customer.value;
  await readStanding(ctx, id);
  const { sql } = ctx;
  const since = input.hours === undefined ? null : new Date(ctx.clock().getTime() - input.hours * 3_600_000);
  const type = typeOf(sql);
  const wanted = sql`
    e.bucket = ratebook.bucket_of(${id}::uuid) and e.account_id = ${id}
    and (${since}::timestamptz is null or e.created_at >= ${since})
    and ${input.type === undefined ? sql`${type} <> 'hold'` : sql`${type} = ${input.type}`}`;
  const [rows, [count]] = await Promise.all([
    sql<Transaction[]>`
      select e.op_id as id, e.seq, e.kind, ${type} as type, e.amount, e.held_delta as "heldDelta",
        e.debt_delta as "debtDelta", e.balance_after as "balanceAfter", e.held_after as "heldAfter",
        e.debt_after as "debtAfter", e.created_at as "createdAt",
        coalesce(u.offering, g.source, '') as description,
        case when e.kind = 'parked' then (
          select d.op_id from ratebook.entry d where d.ref_id = e.op_id and (d.account_id = e.account_id) is true
            and (d.bucket = e.bucket) is true and d.kind = 'debit') end as "ratedBy",
        coalesce(u.metadata, '{}') || jsonb_strip_nulls(jsonb_build_object('offering', u.offering, 'agentId', u.agent_id,
          'appId', u.app_id, 'outcome', u.outcome, 'category', g.category, 'late', nullif(e.late, false))) as metadata
      from ratebook.entry e
      left join ratebook.usage_event u on u.bucket = e.bucket and u.account_id = e.account_id and u.op_id = e.op_id
      left join ratebook."grant" g on g.bucket = e.bucket and g.account_id = e.account_id
        and g.grant_id = case when e.kind = 'grant' then e.op_id else e.ref_id end
      where ${wanted} and (${input.cursor ?? null}::int8 is null or e.seq < ${input.cursor ?? null}::int8)
      order by e.seq desc limit ${input.limit + 1}`,
    sql<{ total: number }[]>`select count(*)::int as total from ratebook.entry e where ${wanted}`,
  ]);
  const items = rows.slice(0, input.limit).map((row) => ({ ...row, description: describe(row) }));
  const last = items.at(-1);
  return ok({
    customerId: id,
    items,
    total: must(count, "a count is one row").total,
    nextCursor: rows.length > items.length && last ? last.seq.toString() : null,
  });
}

const typeOf = (sql: Ctx["sql"]) => sql`
  case
    when e.kind in ('hold', 'release', 'extend', 'hold_expired') then 'hold'
    when e.kind = 'revoke' then case when e.contra = 'refunds' then 'refund' else 'clawback' end
    when e.kind = 'grant' and e.ref_id is not null then 'refund'
    when e.amount > 0 then 'credit'
    else 'debit'
  end`;

/** A sentence for people; entries of usage carry the offering, entries of grants where they came from. */
function describe({ kind, description, ratedBy }: Transaction): string {
  const about = description === "" ? "" : `: ${description}`;
  return `${ratedBy === null ? SENTENCES[kind] : "Usage that had no price then"}${about}`;
}

const SENTENCES: { [kind in EntryKind]: string } = {
  debit: "Usage",
  settle: "Usage, settled from a hold",
  parked: "Usage without a price yet",
  hold: "Set aside",
  release: "Set free",
  extend: "Set aside for longer",
  hold_expired: "Set free, because the hold expired",
  grant: "Credits",
  forfeit: "Credits expired",
  revoke: "Credits taken back",
  adjustment: "Correction",
  debt_incurred: "Owed for usage beyond the balance",
  debt_repaid: "Debt repaid",
};
