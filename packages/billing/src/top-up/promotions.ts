import { err, formatUsd, NANOS_PER_CENT, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { type Database, inTransaction, type Transaction } from "@ratebook/db";
import { paymentOrder, promotion, promotionCode, promotionUse } from "@ratebook/db/schema";
import { and, count, desc, eq, gt, isNull, lte, ne, or } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { PaymentError } from "./payment-error.ts";
import { fromCents, toCents } from "./purchase-limits.ts";

export type RunningPromotion = typeof promotion.$inferSelect;

/** A promotion as the operator sees it. */
export type Promotion = {
  id: string;
  label: string;
  bonusBps: number;
  bonus: Nanos;
  packId: string | null;
  minPurchase: Nanos;
  startsAt: Date;
  endsAt: Date | null;
  perCustomerLimit: number | null;
  needsCode: boolean;
  bonusDays: number | null;
  active: boolean;
  codes: { code: string; maxUses: number | null; active: boolean; uses: number }[];
  uses: number;
};

export type SavePromotionInput = {
  /** Absent: a new one. */
  id?: string | undefined;
  label: string;
  /** Bonus as a share of the price, in basis points. */
  bonusBps?: number | undefined;
  bonus?: Nanos | undefined;
  packId?: string | null | undefined;
  minPurchase?: Nanos | undefined;
  startsAt: Date;
  endsAt?: Date | null | undefined;
  perCustomerLimit?: number | null | undefined;
  needsCode?: boolean | undefined;
  bonusDays?: number | null | undefined;
  active?: boolean | undefined;
  /** Added to the ones it has, or changed. */
  codes?: { code: string; maxUses?: number | null | undefined; active?: boolean | undefined }[] | undefined;
};

/** Promotions that apply to purchases at an instant. */
export function runningPromotions(
  db: Pick<Database, "select"> | Pick<Transaction, "select">,
  at: Date,
): Promise<RunningPromotion[]> {
  return db
    .select()
    .from(promotion)
    .where(
      and(
        eq(promotion.active, true),
        lte(promotion.startsAt, at),
        or(isNull(promotion.endsAt), gt(promotion.endsAt, at)),
      ),
    )
    .limit(200);
}

/** The promotion that gives most on a purchase, and what it gives. */
export function bonusOf(
  promotions: readonly RunningPromotion[],
  packId: string | null,
  priceCents: bigint,
): { bonus: Nanos; promotion: RunningPromotion | null } {
  let best: { bonus: Nanos; promotion: RunningPromotion | null } = { bonus: nanos(0n), promotion: null };
  for (const one of promotions) {
    if (one.packId !== null && one.packId !== packId) continue;
    if (priceCents < one.minCents) continue;
    // A share of whole cents in basis points is whole in nanos.
    const bonus = nanos((priceCents * NANOS_PER_CENT * BigInt(one.bonusBps)) / 10_000n + one.bonusNanos);
    if (bonus > best.bonus) best = { bonus, promotion: one };
  }
  return best;
}

export type ChosenPromotion = { bonus: Nanos; promotion: RunningPromotion | null; code: string | null };

/**
 * Chooses the promotion of an order in the transaction that makes it. The customer's row is locked, so that a limit holds
 * for orders made at once.
 */
export async function choosePromotion(
  tx: Transaction,
  order: {
    customerId: string;
    packId: string | null;
    priceCents: bigint;
    code: string | undefined;
    at: Date;
  },
): Promise<Result<ChosenPromotion, PaymentError>> {
  const running = await runningPromotions(tx, order.at);
  if (order.code === undefined) {
    const free: RunningPromotion[] = [];
    for (const one of running) {
      if (!one.needsCode && (await hasUsesLeft(tx, one, order.customerId))) free.push(one);
    }
    return ok({ ...bonusOf(free, order.packId, order.priceCents), code: null });
  }
  const code = order.code.trim().toUpperCase();
  const [known] = await tx.select().from(promotionCode).where(eq(promotionCode.code, code)).for("update");
  if (known === undefined || !known.active) return unusable("unknown", "This code is not known.");
  const one = running.find(({ id }) => id === known.promotionId);
  if (one === undefined) return unusable("not_now", "This code cannot be used now.");
  if (!(await hasUsesLeft(tx, one, order.customerId)) || !(await hasCodeUsesLeft(tx, known))) {
    return unusable("used_up", "This code has been used as often as it may be.");
  }
  const chosen = bonusOf([one], order.packId, order.priceCents);
  if (chosen.promotion === null) return unusable("not_for_this", "This code is not for this purchase.");
  return ok({ ...chosen, code });
}

async function hasUsesLeft(tx: Transaction, one: RunningPromotion, customerId: string): Promise<boolean> {
  if (one.perCustomerLimit === null) return true;
  const where = and(eq(promotionUse.promotionId, one.id), eq(promotionUse.customerId, customerId));
  const [row] = await tx.select({ uses: count() }).from(promotionUse).where(where);
  return (row?.uses ?? 0) < one.perCustomerLimit;
}

async function hasCodeUsesLeft(
  tx: Transaction,
  { code, maxUses }: typeof promotionCode.$inferSelect,
): Promise<boolean> {
  if (maxUses === null) return true;
  const [row] = await tx.select({ uses: count() }).from(promotionUse).where(eq(promotionUse.code, code));
  return (row?.uses ?? 0) < maxUses;
}

const unusable = (reason: Extract<PaymentError, { kind: "promotion_unusable" }>["reason"], message: string) =>
  err({ kind: "promotion_unusable", reason, message } as const);

/** Makes a promotion or changes it whole. Orders that were quoted keep what they were quoted. */
export async function savePromotion(
  ctx: Ctx,
  actor: Actor,
  input: SavePromotionInput,
): Promise<Result<{ id: string }, PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  if ((input.bonusBps ?? 0) === 0 && (input.bonus ?? 0n) === 0n) {
    return err({ kind: "validation_error", field: "bonusBps", message: "or bonus must be more than 0" });
  }
  const values = {
    label: input.label,
    bonusBps: input.bonusBps ?? 0,
    bonusNanos: input.bonus ?? 0n,
    packId: input.packId ?? null,
    minCents: toCents(input.minPurchase ?? nanos(0n)),
    startsAt: input.startsAt,
    endsAt: input.endsAt ?? null,
    perCustomerLimit: input.perCustomerLimit ?? null,
    needsCode: input.needsCode ?? (input.codes ?? []).length > 0,
    bonusDays: input.bonusDays ?? null,
    active: input.active ?? true,
  };
  const id = input.id ?? ctx.newId();
  return inTransaction(ctx.db, async (tx): Promise<Result<{ id: string }, PaymentError>> => {
    if (input.id === undefined) await tx.insert(promotion).values({ id, ...values, createdAt: ctx.clock() });
    else {
      const changed = await tx.update(promotion).set(values).where(eq(promotion.id, id)).returning();
      if (changed.length === 0) return err({ kind: "payment_not_found", what: "promotion", id });
    }
    for (const { code, maxUses = null, active = true } of input.codes ?? []) {
      const spelled = code.trim().toUpperCase();
      const written = await tx
        .insert(promotionCode)
        .values({ code: spelled, promotionId: id, maxUses, active, createdAt: ctx.clock() })
        .onConflictDoUpdate({
          target: promotionCode.code,
          set: { maxUses, active },
          setWhere: eq(promotionCode.promotionId, id),
        })
        .returning();
      if (written.length === 0) {
        return err({
          kind: "validation_error",
          field: "codes",
          message: `${spelled} belongs to another promotion`,
        });
      }
    }
    const after = {
      ...values,
      bonusNanos: formatUsd(nanos(values.bonusNanos)),
      minCents: values.minCents.toString(),
    };
    await recordAudit(ctx, tx, actor, { action: "promotion.save", subject: id, after });
    return ok({ id });
  });
}

/** Every promotion with its codes, newest first, at most 200. */
export async function listPromotions(ctx: Ctx, actor: Actor): Promise<Result<Promotion[], PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const rows = await ctx.db.select().from(promotion).orderBy(desc(promotion.createdAt)).limit(200);
  const codes = await ctx.db.select().from(promotionCode).limit(2_000);
  const uses = await ctx.db
    .select({ promotionId: promotionUse.promotionId, code: promotionUse.code, uses: count() })
    .from(promotionUse)
    .innerJoin(paymentOrder, eq(paymentOrder.id, promotionUse.orderId))
    .where(ne(paymentOrder.state, "failed"))
    .groupBy(promotionUse.promotionId, promotionUse.code);
  return ok(
    rows.map((row) => {
      const used = uses.filter((use) => use.promotionId === row.id);
      return {
        id: row.id,
        label: row.label,
        bonusBps: row.bonusBps,
        bonus: nanos(row.bonusNanos),
        packId: row.packId,
        minPurchase: fromCents(row.minCents),
        startsAt: row.startsAt,
        endsAt: row.endsAt,
        perCustomerLimit: row.perCustomerLimit,
        needsCode: row.needsCode,
        bonusDays: row.bonusDays,
        active: row.active,
        codes: codes
          .filter((code) => code.promotionId === row.id)
          .map(({ code, maxUses, active }) => ({
            code,
            maxUses,
            active,
            uses: used.find((use) => use.code === code)?.uses ?? 0,
          })),
        uses: used.reduce((sum, use) => sum + use.uses, 0),
      };
    }),
  );
}
