import { fallToTell, must, nanos } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { alertLevel, alertSetting } from "@ratebook/db/schema";
import { and, eq, inArray, isNotNull, lt, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { balanceWithin } from "../ledger/wallet-within.ts";
import { type TellCtx, tellCustomer } from "./tell-customer.ts";

/** The context of alerts. */
export type AlertCtx = TellCtx & Pick<Ctx, "db" | "sql">;

/** Levels of a wallet that the ledger saw it fall below, and the entry that did it. */
export type Fall = { customerId: string; seq: bigint; crossed: readonly bigint[] };

/**
 * Tells a customer of a fall below levels of its alerts. One that only a hold caused is told once the balance is really
 * below. Each crossing is told once, however often it is reported; levels that others watch are passed over.
 */
export async function noticeFall(ctx: AlertCtx, { customerId, seq, crossed }: Fall): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    const noted = await tx
      .update(alertLevel)
      .set({ crossedSeq: seq })
      .where(
        and(
          eq(alertLevel.customerId, customerId),
          inArray(alertLevel.levelNanos, [...crossed]),
          lt(alertLevel.crossedSeq, seq),
        ),
      )
      .returning({ name: alertLevel.name });
    if (noted.length > 0) await tellFalls(ctx, tx, customerId);
  });
}

/** Tells what waited for a hold to end; at most `limit` customers. Gives how many were looked at. */
export async function tellWaitingFalls(ctx: AlertCtx, limit: number): Promise<number> {
  const waiting = await ctx.sql<{ customerId: string }[]>`
    select distinct l.customer_id as "customerId" from ratebook.alert_level l
    join ratebook.wallet w on w.bucket = ratebook.bucket_of(l.customer_id) and w.account_id = l.customer_id
    where l.crossed_seq > l.announced_seq and w.balance < l.level_nanos limit ${limit}`;
  for (const { customerId } of waiting) {
    await inTransaction(ctx.db, (tx) => tellFalls(ctx, tx, customerId));
  }
  return waiting.length;
}

async function tellFalls(ctx: AlertCtx, tx: Transaction, customerId: string): Promise<void> {
  const levels = await tx
    .select()
    .from(alertLevel)
    .where(and(eq(alertLevel.customerId, customerId), isNotNull(alertLevel.levelNanos)))
    .for("update");
  const { balance } = await balanceWithin(tx, customerId);
  const fall = fallToTell(
    levels.map((row) => ({ ...row, level: nanos(must(row.levelNanos, "the query asks for levels")) })),
    balance,
  );
  if (fall === null) return;
  const { tell, told } = fall;
  const share = levels.find(({ name }) => name === tell.name)?.percent ?? null;
  await tellByAlerts(ctx, tx, customerId, {
    template: "low_balance",
    key: `low-balance:${customerId}:${tell.name}:${tell.crossedSeq}`,
    balance,
    level: tell.level,
    percent: share,
  });
  const names = told.map(({ name }) => name);
  await tx
    .update(alertLevel)
    .set({ announcedSeq: sql`crossed_seq` })
    .where(and(eq(alertLevel.customerId, customerId), inArray(alertLevel.name, names)));
}

/** Tells a customer something it asked for in its alerts, to the addresses they name. */
export async function tellByAlerts(
  ctx: AlertCtx,
  tx: Transaction,
  customerId: string,
  notice: Parameters<typeof tellCustomer>[3],
): Promise<void> {
  const [wish] = await tx
    .select({ byMail: alertSetting.byMail, emails: alertSetting.emails })
    .from(alertSetting)
    .where(eq(alertSetting.customerId, customerId));
  const { byMail, emails } = must(wish, "a customer has alerts from the moment it exists");
  const to = byMail ? (emails.length > 0 ? emails : undefined) : [];
  await tellCustomer(ctx, tx, customerId, notice, to === undefined ? {} : { to });
}
