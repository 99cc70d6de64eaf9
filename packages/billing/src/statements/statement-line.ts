import { must, type Nanos, nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";

/** What a line of a statement adds up. */
export const STATEMENT_KINDS = [
  "purchase",
  "promotional_grant",
  "credit_line_grant",
  "usage",
  "infrastructure",
  "given_back",
  "refund",
  "refund_undone",
  "adjustment",
  "expired",
  "debt_repaid",
] as const;
export type StatementKind = (typeof STATEMENT_KINDS)[number];

/** One kind of movement within a month. What leaves the credits is below 0. */
export type StatementLine = {
  kind: StatementKind;
  /** The model of usage, or how a purchase was paid; null where there is nothing to tell apart. */
  about: string | null;
  /** Operations that it adds up. */
  operations: number;
  credits: Nanos;
  /** What became debt, above 0, or was repaid, below. */
  debt: Nanos;
};

/** A stretch of a wallet's entries: after `afterSeq`, up to `lastSeq`. */
export type EntryStretch = { customerId: string; afterSeq: bigint; lastSeq: bigint };

/**
 * Adds up a stretch of entries, in the order of `STATEMENT_KINDS`, the greatest amount of a kind first. Every entry that
 * moved credits or debt is in exactly one line.
 */
export async function readStatementLines(
  sql: Sql,
  { customerId, afterSeq, lastSeq }: EntryStretch,
): Promise<StatementLine[]> {
  const rows = await sql<StatementLine[]>`
    select kind, about, sum(operation)::int as operations, sum(amount)::int8 as credits, sum(debt_delta)::int8 as debt
    from (
      select e.amount, e.debt_delta, case when e.kind = 'debt_incurred' then 0 else 1 end as operation,
        ${kindOf(sql)} as kind,
        case
          when cause.kind in ('debit', 'settle') then u.offering
          when cause.kind = 'grant' and cause.contra like 'clearing:%' then cause.contra
        end as about
      from ratebook.entry e
      -- Debt is told with the operation that incurred it.
      join ratebook.entry cause on cause.bucket = e.bucket and cause.account_id = e.account_id
        and cause.op_id = case when e.kind = 'debt_incurred' then e.ref_id else e.op_id end
      left join ratebook.usage_event u on u.bucket = e.bucket and u.account_id = e.account_id
        and u.op_id = cause.op_id and u.state = 'rated'
      where e.bucket = ratebook.bucket_of(${customerId}::uuid) and e.account_id = ${customerId}
        and e.seq > ${afterSeq} and e.seq <= ${lastSeq}
        and e.kind not in ('hold', 'release', 'extend', 'hold_expired', 'parked')) moved
    group by kind, about`;
  const place = (line: StatementLine): number => STATEMENT_KINDS.indexOf(line.kind);
  const sorted = rows.toSorted(
    (a, b) =>
      place(a) - place(b) ||
      compare(sizeOf(b), sizeOf(a)) ||
      (a.about ?? "").localeCompare(b.about ?? "", "en"),
  );
  return mergeSmallModels(sorted);
}

/** A payment that was refunded and came back after all is no second purchase. */
const kindOf = (sql: Sql) => sql`
  case cause.kind
    when 'debit' then case when cause.contra = 'revenue:infrastructure' then 'infrastructure' else 'usage' end
    when 'settle' then case when cause.contra = 'revenue:infrastructure' then 'infrastructure' else 'usage' end
    when 'revoke' then case when cause.contra like 'revenue:%' then 'given_back' else 'refund' end
    when 'adjustment' then 'adjustment'
    when 'forfeit' then 'expired'
    when 'debt_repaid' then 'debt_repaid'
    else case
      when cause.ref_id is not null then 'given_back'
      when exists (
        select from ratebook.payment_posting own
        join ratebook.payment_posting first on first.order_id = own.order_id and first.part = own.part
          and first.amount_nanos > 0 and first.created_at < own.created_at
        where own.op_id = cause.op_id) then 'refund_undone'
      when cause.contra like 'clearing:%' then 'purchase'
      when cause.contra = 'receivable:customers' then 'credit_line_grant'
      else 'promotional_grant'
    end
  end`;

/** Beyond so many models, the least used ones share a line: a statement stays readable and still foots. */
const MOST_MODELS = 500;

function mergeSmallModels(lines: readonly StatementLine[]): StatementLine[] {
  const models = lines.filter(({ kind }) => kind === "usage");
  if (models.length <= MOST_MODELS) return [...lines];
  const rest = models.slice(MOST_MODELS);
  const sum = (value: (line: StatementLine) => bigint): bigint =>
    rest.reduce((total, line) => total + value(line), 0n);
  const merged: StatementLine = {
    kind: "usage",
    about: `${rest.length} other models`,
    operations: rest.reduce((total, { operations }) => total + operations, 0),
    credits: nanos(sum(({ credits }) => credits)),
    debt: nanos(sum(({ debt }) => debt)),
  };
  const last = lines.indexOf(must(rest.at(-1), "there are models beyond the limit"));
  return [...lines.slice(0, last - rest.length + 1), merged, ...lines.slice(last + 1)];
}

/** What a line comes to: what it took from the credits and what it added to the debt. */
const sizeOf = ({ credits, debt }: StatementLine): bigint => magnitude(debt - credits);
const magnitude = (amount: bigint): bigint => (amount < 0n ? -amount : amount);
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
