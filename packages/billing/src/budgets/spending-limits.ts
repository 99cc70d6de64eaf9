import type { Ctx } from "../ctx.ts";
import { type Budget, readBudgets } from "./budget.ts";

/** What limits the spending of an agent or an app. */
export type SpendingLimits = {
  /** Its budget of the longest period; null where it has none. */
  budget: Budget | null;
  /** Its budget of a UTC day. */
  dailyBudget: Budget | null;
  /** Why it is paused: by somebody, or because a hard budget of its own is used up; null: it is not. */
  pausedBecause: string | null;
};

type Named = readonly { id: string }[];

/** Reads what limits agents and apps of a customer; whoever is not limited has nulls. */
export async function readSpendingLimits(
  { sql, clock }: Pick<Ctx, "sql" | "clock">,
  customerId: string,
  named: { agent: Named; app: Named },
): Promise<(subject: "agent" | "app", id: string) => SpendingLimits> {
  const ids = (subject: "agent" | "app") => named[subject].map(({ id }) => id);
  const read = (subject: "agent" | "app") =>
    readBudgets(sql, {
      customerId,
      now: clock(),
      subject,
      subjectIds: ids(subject),
      // One for each of three periods.
      limit: 3 * named[subject].length,
    });
  const [ofAgents, ofApps, pauses] = await Promise.all([
    read("agent"),
    read("app"),
    sql<{ subject: string; id: string; reason: string }[]>`
      select subject, subject_id as id, reason from ratebook.spending_pause
      where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId}
        and ((subject = 'agent' and subject_id = any(${ids("agent")}::text[]))
          or (subject = 'app' and subject_id = any(${ids("app")}::text[])))`,
  ]);
  const budgets = Map.groupBy(
    [...ofAgents, ...ofApps],
    ({ subject, subjectId }) => `${subject} ${subjectId}`,
  );
  const reasons = new Map(pauses.map(({ subject, id, reason }) => [`${subject} ${id}`, reason]));
  return (subject, id) => {
    const own = budgets.get(`${subject} ${id}`) ?? [];
    const of = (period: Budget["period"]) => own.find((budget) => budget.period === period) ?? null;
    const usedUp = own.find(({ pausedBecause }) => pausedBecause !== null)?.pausedBecause;
    return {
      budget: of("month") ?? of("week") ?? of("day"),
      dailyBudget: of("day"),
      pausedBecause: reasons.get(`${subject} ${id}`) ?? usedUp ?? null,
    };
  };
}
