import {
  err,
  formatUsd,
  must,
  type Nanos,
  nanos,
  ok,
  type Period,
  periodStart,
  type Result,
} from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { recurringGrant } from "@ratebook/db/schema";
import { and, asc, eq, lte, sql } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { GrantOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "../usage/meaning.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { PaymentError } from "./payment-error.ts";

export type RecurringGrant = {
  id: string;
  customerId: string;
  name: string;
  amount: Nanos;
  period: Period;
  rolloverCap: Nanos;
  subscriptionId: string | null;
  anchorAt: Date;
  nextAt: Date | null;
  active: boolean;
  /** The plan that was subscribed to. */
  planId: string | null;
  /** When what the latest invoice granted ends. */
  paidUntil: Date | null;
  /** Not renewed any more since. */
  cancelledAt: Date | null;
};

export type SaveRecurringGrantInput = {
  /** Absent: a new one, from now on. */
  id?: string | undefined;
  customer: string;
  name: string;
  amount: Nanos;
  period: Period;
  /** Left-over credits that live one period longer, at most. */
  rolloverCap?: Nanos | undefined;
  /** The rail's subscription whose paid invoices grant it in place of the calendar. */
  subscriptionId?: string | null | undefined;
  active?: boolean | undefined;
};

type Row = typeof recurringGrant.$inferSelect;

/** Makes credits come again every period, or changes how; the first come with the next run of the clock. */
export async function saveRecurringGrant(
  ctx: Ctx,
  actor: Actor,
  input: SaveRecurringGrantInput,
): Promise<Result<RecurringGrant, PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  if (input.amount <= 0n) {
    return err({ kind: "validation_error", field: "amount", message: "must be more than 0" });
  }
  const now = ctx.clock();
  const subscriptionId = input.subscriptionId ?? null;
  const values = {
    name: input.name,
    amountNanos: input.amount,
    rolloverCapNanos: input.rolloverCap ?? 0n,
    subscriptionId,
    active: input.active ?? true,
  };
  return inTransaction(ctx.db, async (tx): Promise<Result<RecurringGrant, PaymentError>> => {
    const [row] =
      input.id === undefined
        ? await tx
            .insert(recurringGrant)
            .values({
              id: ctx.newId(),
              customerId: customer.value.id,
              period: input.period,
              anchorAt: now,
              nextAt: subscriptionId === null ? now : null,
              createdAt: now,
              ...values,
            })
            .returning()
        : await tx
            .update(recurringGrant)
            .set(values)
            .where(and(eq(recurringGrant.id, input.id), eq(recurringGrant.customerId, customer.value.id)))
            .returning();
    if (row === undefined) {
      return err({
        kind: "validation_error",
        field: "id",
        message: "is no recurring grant of this customer",
      });
    }
    const after = {
      name: row.name,
      amount: formatUsd(nanos(row.amountNanos)),
      period: row.period,
      active: row.active,
    };
    await recordAudit(ctx, tx, actor, {
      action: "recurring_grant.save",
      subject: row.id,
      customerId: row.customerId,
      after,
    });
    return ok(shown(row));
  });
}

/** A customer's recurring grants; at most 100. */
export async function listRecurringGrants(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<RecurringGrant[], PaymentError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const rows = await ctx.db
    .select()
    .from(recurringGrant)
    .where(eq(recurringGrant.customerId, customer.value.id))
    .orderBy(asc(recurringGrant.createdAt))
    .limit(100);
  return ok(rows.map(shown));
}

/**
 * Grants what is due, each period once, however often or late it runs. A run that comes after several periods grants the
 * present one: credits of the others would have expired already.
 *
 * @returns how many grants were due
 */
export async function grantRecurring(ctx: Ctx, limit = 200): Promise<number> {
  const now = ctx.clock();
  const due = await ctx.db
    .select({ id: recurringGrant.id })
    .from(recurringGrant)
    .where(and(eq(recurringGrant.active, true), lte(recurringGrant.nextAt, now)))
    .orderBy(asc(recurringGrant.nextAt))
    .limit(limit);
  for (const { id } of due) await inTransaction(ctx.db, (tx) => grantPeriod(tx, id, now));
  return due.length;
}

async function grantPeriod(tx: Transaction, id: string, now: Date): Promise<void> {
  const [row] = await tx.select().from(recurringGrant).where(eq(recurringGrant.id, id)).for("update");
  if (row === undefined || !row.active || row.nextAt === null || row.nextAt > now) return;
  let n = row.granted;
  while (periodStart(row.anchorAt, row.period, n + 1) <= now) n += 1;
  const end = periodStart(row.anchorAt, row.period, n + 1);
  const before = opId("recurring-grant", `${id}:${n - 1}`);
  const left = n === row.granted && n > 0 ? await leftOf(tx, row.customerId, before, now) : 0n;
  const kept = left < row.rolloverCapNanos ? left : row.rolloverCapNanos;
  // Before the new ones, so that what lives for one more period only burns first.
  if (kept > 0n) await post(tx, row, `${n}:rollover`, kept, end, now);
  await post(tx, row, `${n}`, row.amountNanos, end, now);
  await tx
    .update(recurringGrant)
    .set({ granted: n + 1, nextAt: end })
    .where(eq(recurringGrant.id, id));
}

async function post(
  tx: Transaction,
  { id, customerId, name }: Row,
  key: string,
  amount: bigint,
  expiresAt: Date,
  now: Date,
): Promise<void> {
  const op: GrantOp = {
    kind: "grant",
    account: customerId,
    opId: opId("recurring-grant", `${id}:${key}`),
    meaningHash: meaningHash({ operation: "grant", customerId, terms: `${id}:${key}` }),
    amount: nanos(amount),
    category: "promotional",
    contra: "promo",
    expiresAt,
    source: key.endsWith(":rollover") ? `${name}, left over` : name,
  };
  const [posted] = await postWithin(tx, [op], now);
  const { kind } = must(posted, "one operation is answered once");
  if (kind !== "done") throw new Error(`a recurring grant could not be posted: ${kind}`);
}

/** What a grant had left when it expired; a wallet that was not rolled since is rolled first. */
export async function leftOf(
  tx: Transaction,
  customerId: string,
  grantId: string,
  now: Date,
): Promise<bigint> {
  await tx.execute(sql`select ratebook.roll_wallet(${customerId}::uuid, ${now.toISOString()}::timestamptz)`);
  const [found] = await tx.execute<{ left: bigint }>(sql`
    select coalesce(-sum(amount), 0)::int8 as left from ratebook.entry
    where ref_id = ${grantId}::uuid and account_id = ${customerId}::uuid and kind = 'forfeit'`);
  return found?.left ?? 0n;
}

const shown = (row: Row): RecurringGrant => ({
  id: row.id,
  customerId: row.customerId,
  name: row.name,
  amount: nanos(row.amountNanos),
  period: row.period,
  rolloverCap: nanos(row.rolloverCapNanos),
  subscriptionId: row.subscriptionId,
  anchorAt: row.anchorAt,
  nextAt: row.nextAt,
  active: row.active,
  planId: row.planId,
  paidUntil: row.latestEndsAt,
  cancelledAt: row.cancelledAt,
});
