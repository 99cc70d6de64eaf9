import type { Ctx } from "../ctx.ts";
import { readBudgets } from "./budget.ts";

/**
 * Why everything that a customer asks for beforehand is refused: somebody paused the organization, or a hard budget of it
 * is used up. Null: it is not.
 */
export async function readOrganizationPause(
  { sql, clock }: Pick<Ctx, "sql" | "clock">,
  customerId: string,
): Promise<string | null> {
  const [budgets, pauses] = await Promise.all([
    // One for each of three periods.
    readBudgets(sql, { customerId, now: clock(), subject: "organization", limit: 3 }),
    sql<{ reason: string }[]>`
      select reason from ratebook.spending_pause
      where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId}
        and subject = 'organization'`,
  ]);
  const usedUp = budgets.find(({ pausedBecause }) => pausedBecause !== null)?.pausedBecause;
  return pauses[0]?.reason ?? usedUp ?? null;
}
