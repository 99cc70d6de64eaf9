import { forecastStep, type Nanos, nanos, runwayHours, runwayMs, spendDue } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { alertSetting, autoTopUp } from "@ratebook/db/schema";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { type Runway, readRunways } from "../resources/read-runways.ts";
import { type CustomerSpend, readRecentSpend } from "./recent-spend.ts";
import { type AlertCtx, tellByAlerts, tellWaitingFalls } from "./tell-falls.ts";

/**
 * Tells customers what no single entry says: that the credits end soon, that a day's or a month's limit of spending is
 * reached, and falls that waited for a hold to end. Safe to run twice and on two machines: every occasion is taken by a
 * guarded update in the transaction that tells it.
 *
 * @param page customers that are looked at together
 */
export async function watchAlerts(
  ctx: WatchCtx,
  { page = 500 }: { page?: number } = {},
): Promise<{ looked: number }> {
  while ((await tellWaitingFalls(ctx, page)) === page);
  const now = ctx.clock();
  let looked = 0;
  let after: string | undefined;
  do {
    const customers = await readRecentSpend(ctx, now, { after, limit: page });
    const runways = await readRunways(
      ctx,
      customers.map(({ customerId }) => customerId),
    );
    for (const customer of customers) await look(ctx, customer, runways.get(customer.customerId), now);
    looked += customers.length;
    after = customers.length === page ? customers.at(-1)?.customerId : undefined;
  } while (after !== undefined);
  return { looked };
}

type WatchCtx = AlertCtx & Pick<Ctx, "catalogue">;
type Setting = typeof alertSetting.$inferSelect;

async function look(
  ctx: AlertCtx,
  customer: CustomerSpend,
  runway: Runway | undefined,
  now: Date,
): Promise<void> {
  const { customerId } = customer;
  const [setting] = await ctx.db.select().from(alertSetting).where(eq(alertSetting.customerId, customerId));
  if (setting === undefined) return;
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  await lookAtSpend(ctx, setting, { period: "day", start: day, spent: customer.today });
  await lookAtSpend(ctx, setting, { period: "month", start: month, spent: customer.thisMonth });
  if (runway !== undefined) await lookAhead(ctx, setting, customer, runway);
}

async function lookAtSpend(
  ctx: AlertCtx,
  setting: Setting,
  { period, start, spent }: { period: "day" | "month"; start: Date; spent: Nanos },
): Promise<void> {
  const daily = period === "day";
  const date = start.toISOString().slice(0, 10);
  const limitNanos = daily ? setting.dailySpendNanos : setting.monthlySpendNanos;
  const limit = limitNanos === null ? null : nanos(limitNanos);
  const told = (daily ? setting.dailyToldOn : setting.monthlyToldOn) === date;
  if (!spendDue(limit, spent, told)) return;
  const { customerId } = setting;
  const toldOn = daily ? alertSetting.dailyToldOn : alertSetting.monthlyToldOn;
  const limitColumn = daily ? alertSetting.dailySpendNanos : alertSetting.monthlySpendNanos;
  await inTransaction(ctx.db, async (tx) => {
    const taken = await tx
      .update(alertSetting)
      .set(daily ? { dailyToldOn: date } : { monthlyToldOn: date })
      .where(
        and(
          eq(alertSetting.customerId, customerId),
          eq(limitColumn, limit),
          sql`${toldOn} is distinct from ${date}::date`,
        ),
      )
      .returning({ customerId: alertSetting.customerId });
    if (taken.length === 0) return;
    await tellByAlerts(ctx, tx, customerId, {
      template: "spend_reached",
      key: `spend:${customerId}:${period}:${date}:${limit}`,
      period,
      periodStart: start,
      limit,
      spent,
    });
  });
}

async function lookAhead(
  ctx: AlertCtx,
  setting: Setting,
  { balance }: CustomerSpend,
  { debt, accrued, infrastructureDaily, usageDaily }: Runway,
): Promise<void> {
  // What is gone does not end soon: an empty wallet has a level of its own.
  if (setting.runwayDays === null || balance <= 0n) return;
  const { customerId, runwayArmed } = setting;
  const daily = nanos(infrastructureDaily + usageDaily);
  // Of the balance: what open holds keep is still there.
  const hours = runwayHours(runwayMs({ available: balance, debt, accrued, daily }));
  const limitHours = BigInt(setting.runwayDays) * 24n;
  const step = forecastStep({ limitHours, armed: runwayArmed }, hours);
  if (step.armed === runwayArmed) return;
  await inTransaction(ctx.db, async (tx) => {
    // Credits that refill themselves do not run out; should that stop, the forecast is still to be told.
    if (step.tell && (await refills(tx, customerId))) return;
    const [taken] = await tx
      .update(alertSetting)
      .set({
        runwayArmed: step.armed,
        ...(step.tell && { runwayEpisode: sql`${alertSetting.runwayEpisode} + 1` }),
      })
      .where(and(eq(alertSetting.customerId, customerId), eq(alertSetting.runwayArmed, runwayArmed)))
      .returning({ episode: alertSetting.runwayEpisode });
    if (taken === undefined || !step.tell || hours === null) return;
    await tellByAlerts(ctx, tx, customerId, {
      template: "running_out",
      key: `running-out:${customerId}:${taken.episode}`,
      balance,
      hoursLeft: hours,
      dailyBurn: daily,
    });
  });
}

async function refills(tx: Transaction, customerId: string): Promise<boolean> {
  const [rule] = await tx
    .select({ frozenBy: autoTopUp.frozenBy })
    .from(autoTopUp)
    .where(
      and(eq(autoTopUp.customerId, customerId), eq(autoTopUp.enabled, true), isNull(autoTopUp.suspendedAt)),
    );
  return rule !== undefined && rule.frozenBy.length === 0;
}
