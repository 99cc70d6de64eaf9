import { type Nanos, nanos } from "@ratebook/core";
import type { Sql } from "@ratebook/db";
import type { BudgetPeriod, SpendingSubject } from "../ledger/post-outcome.ts";

/** A budget, and how its present period stands. */
export type Budget = {
  id: string;
  subject: SpendingSubject;
  /** Null for the organization. */
  subjectId: string | null;
  /** For people: the name of the agent, app, key or organization; a member's id. */
  name: string;
  period: BudgetPeriod;
  limit: Nanos;
  /** True: gates are refused beyond the limit. False: it is only told. */
  hard: boolean;
  alertPercents: number[];
  /** Served usage counts whatever the limit, so this may exceed it. */
  spent: Nanos;
  /** Reserved by open holds. */
  held: Nanos;
  /** Limit − spent − held, at least 0. */
  remaining: Nanos;
  /** Of the limit, rounded down; holds do not count. */
  percent: number;
  periodStart: Date;
  resetsAt: Date;
  /** Why the subject is paused: by somebody, or because this hard budget is used up; null: it is not. */
  pausedBecause: string | null;
  /** Paused by somebody, until somebody resumes it. */
  pausedByHand: boolean;
  createdAt: Date;
  updatedAt: Date;
};

/** Which budgets to read. */
export type BudgetFilter = {
  customerId: string;
  now: Date;
  ids?: readonly string[] | undefined;
  subject?: SpendingSubject | undefined;
  subjectIds?: readonly string[] | undefined;
  /** Ids sort by time: only older ones. */
  before?: string | undefined;
  limit: number;
};

/** Reads budgets with what they have spent, newest first. */
export async function readBudgets(
  sql: Sql,
  { customerId, now, ids, subject, subjectIds, before, limit }: BudgetFilter,
): Promise<Budget[]> {
  const rows = await sql<BudgetRow[]>`
    select b.budget_id as id, b.subject, nullif(b.subject_id, '') as "subjectId", b.period, b.limit_nanos as limit, b.hard,
      b.alert_percents as "alertPercents", b.created_at as "createdAt", b.updated_at as "updatedAt",
      coalesce(c.spent, 0) as spent, coalesce(c.held, 0) as held, s.at as "periodStart",
      ratebook.period_end(b.period, s.at) as "resetsAt", p.reason,
      coalesce(case b.subject
        when 'organization' then (select o.name from ratebook.customer o where o.id = b.account_id)
        when 'app' then (select a.name from ratebook.app a where a.customer_id = b.account_id and a.app_id = b.subject_id)
        when 'agent' then (
          select a.name from ratebook.agent a where a.customer_id = b.account_id and a.agent_id = b.subject_id)
        when 'key' then (select k.name from ratebook.api_key k where k.id::text = b.subject_id) end, b.subject_id) as name
    from ratebook.budget b
    cross join lateral (select ratebook.period_start(b.period, ${now}::timestamptz) as at) s
    left join ratebook.budget_counter c on c.bucket = b.bucket and c.account_id = b.account_id
      and c.budget_id = b.budget_id and c.period_start = s.at
    left join ratebook.spending_pause p on p.bucket = b.bucket and p.account_id = b.account_id
      and p.subject = b.subject and p.subject_id = b.subject_id
    where b.bucket = ratebook.bucket_of(${customerId}::uuid) and b.account_id = ${customerId}
      and (${ids ?? null}::uuid[] is null or b.budget_id = any(${ids ?? null}::uuid[]))
      and (${subject ?? null}::text is null or b.subject = ${subject ?? null})
      and (${subjectIds ?? null}::text[] is null or b.subject_id = any(${subjectIds ?? null}::text[]))
      and (${before ?? null}::uuid is null or b.budget_id < ${before ?? null}::uuid)
    order by b.budget_id desc limit ${limit}`;
  return rows.map(shown);
}

type BudgetRow = Omit<Budget, "remaining" | "percent" | "pausedBecause" | "pausedByHand"> & {
  reason: string | null;
};

function shown({ reason, ...row }: BudgetRow): Budget {
  const { limit, spent, held, hard, period, resetsAt } = row;
  const left = limit - spent - held;
  const usedUp = hard && spent >= limit ? usedUpText(period, resetsAt) : null;
  return {
    ...row,
    remaining: nanos(left > 0n ? left : 0n),
    percent: Number((spent * 100n) / limit),
    pausedBecause: reason ?? usedUp,
    pausedByHand: reason !== null,
  };
}

const usedUpText = (period: BudgetPeriod, resetsAt: Date): string =>
  `The ${PERIOD_WORDS[period]} budget is used up until ${resetsAt.toISOString()}.`;

/** A period as it stands before "budget". */
export const PERIOD_WORDS: { [period in BudgetPeriod]: string } = {
  day: "daily",
  week: "weekly",
  month: "monthly",
};
