import { err, formatUsd, must, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { type SQL, sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { BudgetPeriod } from "../ledger/post-outcome.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type Budget, readBudgets } from "./budget.ts";
import { resolveKeeper } from "./budget-keeper.ts";
import { findSubject, type NamedSubject, type SubjectNotFound } from "./spending-subject.ts";

/** What a subject may spend in a period. */
export type BudgetTerms = {
  period: BudgetPeriod;
  limit: Nanos;
  /** Default: hard. Kept as it is where absent. */
  hard?: boolean | undefined;
  /** Whole numbers from 1 to 100; default 80 and 100. Kept as they are where absent. */
  alertPercents?: readonly number[] | undefined;
};

export type SaveBudgetInput = NamedSubject & BudgetTerms & { customer?: string | undefined };

export type BudgetError = InvalidField | SubjectNotFound;

/**
 * Sets what an organization, app, agent, member or key may spend a day, week or month: one budget each. Repeating it
 * changes nothing; another limit holds from the next operation on, for what the period has spent already too.
 *
 * A new budget starts with the usage its present period has had, and counts holds that are open. Amounts in nanos.
 */
export async function saveBudget(
  ctx: Ctx,
  actor: Actor,
  { customer: named, ...input }: SaveBudgetInput,
): Promise<Result<Budget, ResolveCustomerError | BudgetError>> {
  const customer = await resolveKeeper(ctx, actor, named);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const saved = await inTransaction(ctx.db, (tx) => saveBudgetWithin(ctx, tx, actor, customerId, input));
  if (!saved.ok) return saved;
  const [budget] = await readBudgets(ctx.sql, { customerId, now: ctx.clock(), ids: [saved.value], limit: 1 });
  return ok(must(budget, "a budget that was saved is there"));
}

/** The same within a caller's transaction; the caller has decided that the actor may. Gives the budget's id. */
export async function saveBudgetWithin(
  ctx: Pick<Ctx, "clock" | "newId">,
  tx: Transaction,
  actor: Actor,
  customerId: string,
  input: NamedSubject & BudgetTerms,
): Promise<Result<string, BudgetError>> {
  const problem = budgetProblem(input);
  if (problem !== null) return err(problem);
  const subject = await findSubject(tx, customerId, input);
  if (!subject.ok) return subject;
  const { period, limit, hard, alertPercents } = input;
  const alerts = alertPercents && [...new Set(alertPercents)].sort((a, b) => a - b);
  const rows = await tx.execute<{ before: Definition | null; after: Definition }>(sql`
    select case when (before).budget_id is not null then ${definition(sql.raw("before"))} end as before, ${definition(sql.raw("after"))} as after
    from ratebook.save_budget(${customerId}::uuid, ${ctx.newId()}::uuid, ${input.subject}, ${subject.value}, ${period},
      ${limit.toString()}::bigint, ${hard ?? null}::boolean, ${alerts ? `{${alerts.join(",")}}` : null}::smallint[],
      ${ctx.clock().toISOString()}::timestamptz)`);
  const { before, after } = must(rows[0], "save_budget answers with one row");
  const [was, is] = [before && noted(before), noted(after)];
  if (JSON.stringify(was) !== JSON.stringify(is)) {
    const action = was === null ? "budget.create" : "budget.update";
    await recordAudit(ctx, tx, actor, {
      action,
      subject: after.budget_id,
      customerId,
      before: was,
      after: is,
    });
  }
  return ok(after.budget_id);
}

/** Why terms are no budget; null where they are. */
export function budgetProblem({ limit, alertPercents }: BudgetTerms): InvalidField | null {
  if (limit <= 0n) return invalid("limit", "must be more than 0; to let nothing through, pause instead");
  if (limit > LIMIT_MAX) return invalid("limit", `must be at most ${formatUsd(LIMIT_MAX)}`);
  const percents = alertPercents ?? [];
  if (percents.length > MOST_ALERTS) return invalid("alertPercents", `at most ${MOST_ALERTS}`);
  const whole = percents.every((it) => Number.isInteger(it) && it >= 1 && it <= 100);
  return whole ? null : invalid("alertPercents", "are whole numbers from 1 to 100");
}

/** A row as JSON, its limit as text: a number would lose digits. */
const definition = (row: SQL) =>
  sql`to_jsonb(${row}) || jsonb_build_object('limit_nanos', (${row}).limit_nanos::text)`;

type Definition = {
  budget_id: string;
  subject: string;
  subject_id: string;
  period: string;
  limit_nanos: string;
  hard: boolean;
  alert_percents: number[];
};

const noted = ({ subject, subject_id, period, limit_nanos, hard, alert_percents }: Definition) => ({
  subject,
  subjectId: subject_id === "" ? null : subject_id,
  period,
  limit: formatUsd(nanos(BigInt(limit_nanos))),
  hard,
  alertPercents: alert_percents,
});

const invalid = (field: string, message: string): InvalidField => ({
  kind: "validation_error",
  field,
  message,
});

const LIMIT_MAX = nanos(1_000_000_000n * 1_000_000_000n);
const MOST_ALERTS = 10;
