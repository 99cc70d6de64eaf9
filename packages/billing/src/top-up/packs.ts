import { err, formatUsd, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { creditPack } from "@ratebook/db/schema";
import { asc, eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { PaymentError } from "./payment-error.ts";
import { bonusOf, type RunningPromotion, runningPromotions } from "./promotions.ts";
import { fromCents, invalidPurchase, readPurchaseLimits, toCents } from "./purchase-limits.ts";

/** A pack as it is sold at this moment. */
export type CreditPack = {
  id: string;
  slug: string;
  name: string;
  description: string;
  /** What is paid, and the purchased credits it gives. */
  price: Nanos;
  /** The pack's own bonus and that of a running promotion without a code. */
  bonus: Nanos;
  /** Without any promotion. */
  ownBonus: Nanos;
  promotion: { label: string; endsAt: Date | null } | null;
  /** Whether it is sold at this moment. */
  active: boolean;
  /** The switch alone, whatever the dates say. */
  onSale: boolean;
  activeFrom: Date | null;
  activeUntil: Date | null;
  sortOrder: number;
};

/** Packs in their order; those that are not sold now only where `all` asks for them. */
export async function listPacks(
  ctx: Pick<Ctx, "db" | "clock">,
  { all = false }: { all?: boolean | undefined } = {},
): Promise<CreditPack[]> {
  const now = ctx.clock();
  const rows = await ctx.db
    .select()
    .from(creditPack)
    .orderBy(asc(creditPack.sortOrder), asc(creditPack.slug))
    .limit(200);
  const promotions = await runningPromotions(ctx.db, now);
  const packs = rows.map((row) => shown(row, now, promotions));
  return all ? packs : packs.filter(({ active }) => active);
}

export type SavePackInput = {
  /** Names the pack for ever; a new one makes a pack. */
  slug: string;
  name: string;
  description: string;
  price: Nanos;
  bonus?: Nanos | undefined;
  active?: boolean | undefined;
  activeFrom?: Date | null | undefined;
  activeUntil?: Date | null | undefined;
  sortOrder?: number | undefined;
};

/** Makes a pack or changes it whole. Orders that were quoted keep what they were quoted. */
export async function savePack(
  ctx: Ctx,
  actor: Actor,
  input: SavePackInput,
): Promise<Result<CreditPack, PaymentError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const invalid = invalidPurchase(input.price, await readPurchaseLimits(ctx), "price");
  if (invalid) return err(invalid);
  const now = ctx.clock();
  const values = {
    name: input.name,
    description: input.description,
    priceCents: toCents(input.price),
    bonusNanos: input.bonus ?? 0n,
    active: input.active ?? true,
    activeFrom: input.activeFrom ?? null,
    activeUntil: input.activeUntil ?? null,
    sortOrder: input.sortOrder ?? 0,
    updatedAt: now,
  };
  return inTransaction(ctx.db, async (tx): Promise<Result<CreditPack, PaymentError>> => {
    const [before] = await tx.select().from(creditPack).where(eq(creditPack.slug, input.slug)).for("update");
    const [row] = await tx
      .insert(creditPack)
      .values({ id: ctx.newId(), slug: input.slug, createdAt: now, ...values })
      .onConflictDoUpdate({ target: creditPack.slug, set: values })
      .returning();
    if (row === undefined) throw new Error("a pack that was written is returned");
    await recordAudit(ctx, tx, actor, {
      action: before ? "credit_pack.update" : "credit_pack.create",
      subject: row.id,
      before: before ? noted(before) : null,
      after: noted(row),
    });
    return ok(shown(row, now, await runningPromotions(tx, now)));
  });
}

/** Makes the packs of a new installation, where there is none at all. */
export async function ensurePacks(ctx: Pick<Ctx, "sql" | "clock" | "newId">): Promise<void> {
  const now = ctx.clock();
  for (const [place, pack] of FIRST_PACKS.entries()) {
    await ctx.sql`
      insert into ratebook.credit_pack
        (id, slug, name, description, price_cents, bonus_nanos, active, sort_order, created_at, updated_at)
      select ${ctx.newId()}, ${pack.slug}, ${pack.name}, ${pack.description}, ${pack.priceCents}, ${pack.bonusNanos},
        true, ${place}, ${now}, ${now}
      where not exists (select from ratebook.credit_pack where slug not in ${ctx.sql(FIRST_PACKS.map(({ slug }) => slug))})
      on conflict do nothing`;
  }
}

type PackRow = typeof creditPack.$inferSelect;

/** Whether a pack is sold at an instant. */
export const isSold = (row: PackRow, at: Date): boolean =>
  row.active &&
  (row.activeFrom === null || row.activeFrom <= at) &&
  (row.activeUntil === null || at < row.activeUntil);

function shown(row: PackRow, now: Date, promotions: readonly RunningPromotion[]): CreditPack {
  const open = promotions.filter((it) => !it.needsCode);
  const { bonus, promotion } = bonusOf(open, row.id, row.priceCents);
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    description: row.description,
    price: fromCents(row.priceCents),
    bonus: nanos(row.bonusNanos + bonus),
    ownBonus: nanos(row.bonusNanos),
    promotion: promotion && { label: promotion.label, endsAt: promotion.endsAt },
    active: isSold(row, now),
    onSale: row.active,
    activeFrom: row.activeFrom,
    activeUntil: row.activeUntil,
    sortOrder: row.sortOrder,
  };
}

const noted = (row: PackRow) => ({
  name: row.name,
  price: formatUsd(fromCents(row.priceCents)),
  bonus: formatUsd(nanos(row.bonusNanos)),
  active: row.active,
  activeFrom: row.activeFrom?.toISOString() ?? null,
  activeUntil: row.activeUntil?.toISOString() ?? null,
});

const FIRST_PACKS = [
  {
    slug: "starter",
    name: "Starter",
    description: "For trying things out",
    priceCents: 1_000n,
    bonusNanos: 0n,
  },
  {
    slug: "growth",
    name: "Growth",
    description: "For steady use",
    priceCents: 5_000n,
    bonusNanos: 2_500_000_000n,
  },
  {
    slug: "scale",
    name: "Scale",
    description: "For production",
    priceCents: 20_000n,
    bonusNanos: 20_000_000_000n,
  },
];
