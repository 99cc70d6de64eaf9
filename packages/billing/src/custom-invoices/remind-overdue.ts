import { inTransaction } from "@ratebook/db";
import { customInvoice } from "@ratebook/db/schema";
import { and, asc, eq, lt, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { tellOfInvoice } from "./tell-invoice.ts";

/**
 * Tells customers of invoices that are not paid and whose day is over: at once, and again after 7, 14 and 30 days. Each
 * reminder once, however often or late it runs; after a pause only the present one.
 *
 * @param page invoices that are looked at together
 * @returns how many were told of
 */
export async function remindOverdue(ctx: Ctx, { page = 200 }: { page?: number } = {}): Promise<number> {
  let told = 0;
  let found: number;
  do {
    const due = await ctx.db
      .select({ id: customInvoice.id })
      .from(customInvoice)
      .where(isDue(ctx.clock()))
      .orderBy(asc(customInvoice.id))
      .limit(page);
    for (const { id } of due) told += (await remind(ctx, id)) ? 1 : 0;
    found = due.length;
  } while (found === page);
  return told;
}

async function remind(ctx: Ctx, id: string): Promise<boolean> {
  const now = ctx.clock();
  return inTransaction(ctx.db, async (tx) => {
    // The number is taken by the write that checks it: two workers tell once.
    const [row] = await tx
      .update(customInvoice)
      .set({ reminders: passedSteps(now) })
      .where(and(eq(customInvoice.id, id), isDue(now)))
      .returning();
    if (row === undefined) return false;
    const { dueAt, reminders: reminder } = row;
    const key = `invoice-overdue:${id}:${reminder}`;
    await tellOfInvoice(ctx, tx, row, { template: "invoice_overdue", key, dueAt, reminder });
    return true;
  });
}

/** How many reminders an invoice has had by now. */
const passedSteps = (now: Date) =>
  sql<number>`(select count(*)::int from unnest(array[${sql.join(
    STEP_DAYS.map((days) => sql`${days}::int`),
    sql`, `,
  )}]) days where ${customInvoice.dueAt} + days * interval '1 day' < ${now.toISOString()}::timestamptz)`;

const isDue = (now: Date) =>
  and(
    eq(customInvoice.state, "open"),
    lt(customInvoice.dueAt, now),
    lt(customInvoice.reminders, passedSteps(now)),
  );

const STEP_DAYS = [0, 7, 14, 30];
