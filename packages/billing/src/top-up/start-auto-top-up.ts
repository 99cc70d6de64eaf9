import { must, type Nanos, nanos, ok, type Result, type TopUpDecision, topUpDue } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { autoTopUp, autoTopUpAttempt, paymentOrder, railCustomer, savedCard } from "@ratebook/db/schema";
import { and, count, eq, gte, inArray, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { type AutoTopUpRow, ruleOf } from "./auto-top-up-rule.ts";
import { chargeOrder } from "./charge-order.ts";
import { passFailpoint } from "./failpoint.ts";
import { type Order, type OrderRequest, type OrderRow, orderOf } from "./order.ts";
import { requireRail } from "./payer.ts";
import type { PaymentError } from "./payment-error.ts";
import type { PaymentRail } from "./payment-rail.ts";
import { dollars, type PurchaseLimits, readPurchaseLimits, toCents } from "./purchase-limits.ts";

export type TopUpTrigger = {
  customerId: string;
  /** Why somebody looks: the ledger saw the fall, a request was refused, the sweeper came by, or a person asked. */
  trigger: "crossing" | "refused" | "sweep" | "manual";
  /** Of the entry that fell below, where the ledger named it. */
  crossingSeq?: bigint | undefined;
};

export type TopUpResult =
  | { kind: "charged"; order: Order; balanceBefore: Nanos }
  | { kind: "not_due"; because: Exclude<TopUpDecision, { due: true }>["because"]; balance: Nanos };

/**
 * Refills a wallet where its rule says so. Looking twice, or at once from several places, charges once: the rule's row is
 * locked while it is decided, one attempt at most is under way, and the order exists before the card is asked.
 */
export async function startAutoTopUp(
  ctx: Ctx,
  input: TopUpTrigger,
): Promise<Result<TopUpResult, PaymentError>> {
  const rail = requireRail(ctx);
  if (!rail.ok) return rail;
  const limits = await readPurchaseLimits(ctx);
  const decided = await inTransaction(ctx.db, (tx) => decide(ctx, tx, rail.value, limits, input));
  if (decided.kind === "not_due") return ok(decided);
  passFailpoint(ctx, "refill.decided");
  const charged = await chargeOrder(ctx, rail.value, decided.order);
  return ok({ kind: "charged", order: orderOf(charged), balanceBefore: decided.balanceBefore });
}

type Decided =
  | Extract<TopUpResult, { kind: "not_due" }>
  | { kind: "charge"; order: OrderRow; balanceBefore: Nanos };

async function decide(
  ctx: Ctx,
  tx: Transaction,
  rail: PaymentRail,
  limits: PurchaseLimits,
  { customerId, trigger, crossingSeq }: TopUpTrigger,
): Promise<Decided> {
  const now = ctx.clock();
  const [rule] = await tx.select().from(autoTopUp).where(eq(autoTopUp.customerId, customerId)).for("update");
  const { balance, debt, seq } = await readWallet(tx, customerId);
  if (rule === undefined) return { kind: "not_due", because: "off", balance };
  const card = await defaultCard(tx, rail, customerId);
  const spent = await chargedSince(tx, customerId, now);
  const decision = topUpDue(ruleOf(rule), {
    balance,
    debt,
    now,
    underWay: spent.underWay,
    hasCard: card !== null,
    frozen: rule.frozenBy.length > 0,
    suspended: rule.suspendedAt !== null,
    retryAt: rule.retryAt,
    chargedToday: spent.today,
    chargedThisMonth: spent.thisMonth,
    purchaseMin: limits.min,
    purchaseMax: limits.max,
  });
  if (!decision.due) return { kind: "not_due", because: decision.because, balance };
  const episode = await episodeOf(tx, rule, seq, crossingSeq);
  const order = await insertOrder(ctx, tx, {
    customerId,
    amount: decision.amount,
    rail,
    key: `auto-top-up:${episode.seq}:${episode.retry}`,
    request: {
      ask: "charge",
      ...must(card, "a refill is due only with a card"),
      returnUrl: new URL("/billing", ctx.publicUrl).href,
    },
  });
  await tx.insert(autoTopUpAttempt).values({
    orderId: order.id,
    customerId,
    crossingSeq: episode.seq,
    retry: episode.retry,
    trigger,
    amountNanos: decision.amount,
    balanceNanos: balance,
    state: "under_way",
    createdAt: now,
  });
  return { kind: "charge", order, balanceBefore: balance };
}

async function defaultCard(
  tx: Transaction,
  rail: PaymentRail,
  customerId: string,
): Promise<{ railCustomer: string; cardId: string } | null> {
  const [row] = await tx
    .select({ railCustomer: railCustomer.railId, cardId: savedCard.cardId })
    .from(savedCard)
    .innerJoin(
      railCustomer,
      and(eq(railCustomer.customerId, savedCard.customerId), eq(railCustomer.gateway, savedCard.gateway)),
    )
    .where(
      and(
        eq(savedCard.gateway, rail.name),
        eq(savedCard.customerId, customerId),
        eq(savedCard.isDefault, true),
      ),
    );
  return row ?? null;
}

/** What refills took or may still take in this UTC day and month. */
async function chargedSince(
  tx: Transaction,
  customerId: string,
  now: Date,
): Promise<{ today: Nanos; thisMonth: Nanos; underWay: boolean }> {
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const at = autoTopUpAttempt;
  const [row] = await tx
    .select({
      today: sql<bigint>`coalesce(sum(${at.amountNanos}) filter (where ${at.createdAt} >= ${day.toISOString()}::timestamptz), 0)::int8`,
      thisMonth: sql<bigint>`coalesce(sum(${at.amountNanos}), 0)::int8`,
    })
    .from(at)
    .where(
      and(
        eq(at.customerId, customerId),
        gte(at.createdAt, month),
        inArray(at.state, ["under_way", "succeeded"]),
      ),
    );
  const [open] = await tx
    .select({ attempts: count() })
    .from(at)
    .where(and(eq(at.customerId, customerId), eq(at.state, "under_way")));
  return {
    today: nanos(row?.today ?? 0n),
    thisMonth: nanos(row?.thisMonth ?? 0n),
    underWay: (open?.attempts ?? 0) > 0,
  };
}

/**
 * Which fall below the threshold this is, and how often it was tried before. A fall that nobody announced, because a hold
 * covered it, is named by the wallet's present entry.
 */
async function episodeOf(
  tx: Transaction,
  rule: AutoTopUpRow,
  present: bigint,
  announced: bigint | undefined,
): Promise<{ seq: bigint; retry: number }> {
  const { customerId } = rule;
  const known = announced !== undefined && announced > rule.crossingSeq ? announced : rule.crossingSeq;
  const of = (seq: bigint) =>
    tx
      .select({ state: autoTopUpAttempt.state, retry: autoTopUpAttempt.retry })
      .from(autoTopUpAttempt)
      .where(and(eq(autoTopUpAttempt.customerId, customerId), eq(autoTopUpAttempt.crossingSeq, seq)));
  const tries = await of(known);
  const over = known === 0n || tries.some(({ state }) => state === "succeeded");
  const seq = over ? present : known;
  const retries = seq === known ? tries : await of(seq);
  await tx.update(autoTopUp).set({ crossingSeq: seq }).where(eq(autoTopUp.customerId, customerId));
  return { seq, retry: retries.length };
}

/** Read inside the transaction, so that a thousand who look at once need no second connection each. */
async function readWallet(
  tx: Transaction,
  customerId: string,
): Promise<{ balance: Nanos; debt: Nanos; seq: bigint }> {
  const [row] = await tx.execute<{ balance: Nanos; debt: Nanos; seq: bigint }>(sql`
    select balance, debt, seq from ratebook.wallet
    where bucket = ratebook.bucket_of(${customerId}::uuid) and account_id = ${customerId}::uuid`);
  return must(row, "a customer has a wallet");
}

async function insertOrder(
  ctx: Ctx,
  tx: Transaction,
  it: { customerId: string; amount: Nanos; rail: PaymentRail; key: string; request: OrderRequest },
): Promise<OrderRow> {
  const now = ctx.clock();
  const [order] = await tx
    .insert(paymentOrder)
    .values({
      id: ctx.newId(),
      customerId: it.customerId,
      clientKey: it.key,
      meaning: it.key,
      kind: "auto_top_up",
      gateway: it.rail.name,
      test: !it.rail.live,
      currency: "usd",
      amountCents: toCents(it.amount),
      creditsNanos: it.amount,
      title: `Auto top-up: ${dollars(it.amount)} of credits`,
      state: "provider_started",
      request: it.request,
      createdAt: now,
      // A process that dies now leaves an order that the sweeper charges under the same key.
      dueAt: new Date(now.getTime() + ANSWER_EXPECTED_MS),
    })
    .returning();
  return must(order, "an order that was written is returned");
}

const ANSWER_EXPECTED_MS = 2 * 60_000;
