import { err, formatUsd, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { autoTopUp, autoTopUpAttempt, paymentConsent } from "@ratebook/db/schema";
import { and, eq, gte, inArray } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import { lockWallet } from "../ledger/set-wallet.ts";
import { exchangeWatchedLevels } from "../ledger/watched-levels.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import {
  type AutoTopUpRow,
  DEFAULT_RULE,
  invalidRule,
  mergedRule,
  type Rule,
  type RuleChange,
} from "./auto-top-up-rule.ts";
import { readCards, type SavedCard } from "./cards.ts";
import { payerLabel, requireRail, resolvePayer } from "./payer.ts";
import type { PaymentError } from "./payment-error.ts";
import { dollars, type PurchaseLimits, readPurchaseLimits } from "./purchase-limits.ts";

/** How a customer's wallet refills itself, and where that stands. */
export type AutoTopUpSettings = {
  enabled: boolean;
  mode: "fixed" | "recharge_to";
  threshold: Nanos;
  amount: Nanos;
  dailyCap: Nanos;
  monthlyCap: Nanos;
  chargedToday: Nanos;
  chargedThisMonth: Nanos;
  /** `active`: will refill; anything else says why it will not. */
  state: "off" | "active" | "frozen" | "suspended" | "backing_off" | "no_card";
  frozenBy: string[];
  declines: number;
  retryAt: Date | null;
  consent: { text: string; at: Date } | null;
  /** What has to be agreed to for these very settings. */
  consentText: string;
  card: SavedCard | null;
  hasPaymentMethod: boolean;
  limits: PurchaseLimits;
};

export type SaveAutoTopUpInput = RuleChange & { customer?: string | undefined };

/** A customer's auto top-up; defaults where nothing was ever set. */
export async function getAutoTopUp(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined },
): Promise<Result<AutoTopUpSettings, ResolveCustomerError>> {
  const customer = await resolveReadable(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  return ok(await readSettings(ctx, customer.value.id));
}

/**
 * Changes a customer's auto top-up; what is not named stays. Switching it on keeps the text that was agreed to, and takes
 * a card. Nothing but this ever switches it on.
 */
export async function saveAutoTopUp(
  ctx: Ctx,
  actor: Actor,
  input: SaveAutoTopUpInput,
): Promise<Result<AutoTopUpSettings, PaymentError>> {
  const payer = await resolvePayer(ctx, actor, input.customer);
  if (!payer.ok) return payer;
  const customerId = payer.value.id;
  const facts = await readRuleFacts(ctx, customerId, input);
  if (!facts.ok) return facts;
  const saved = await inTransaction(ctx.db, (tx) =>
    changeRule(ctx, tx, actor, { customerId, change: input, facts: facts.value }),
  );
  if (!saved.ok) return saved;
  return ok(await readSettings(ctx, customerId));
}

/** What a change of a rule is checked against. */
type RuleFacts = { limits: PurchaseLimits; hasCard: boolean };

/** Reads, before a transaction, what a change of a rule is checked against. Only switching it on needs a rail. */
export async function readRuleFacts(
  ctx: Ctx,
  customerId: string,
  { enabled }: RuleChange,
): Promise<Result<RuleFacts, PaymentError>> {
  const limits = await readPurchaseLimits(ctx);
  const rail = requireRail(ctx);
  if (enabled === true && !rail.ok) return rail;
  const cards = rail.ok ? await readCards(ctx, rail.value, customerId) : [];
  return ok({ limits, hasCard: cards.some((card) => card.isDefault) });
}

/** Changes a rule within a transaction, under the wallet's lock. */
export async function changeRule(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  { customerId, change, facts }: { customerId: string; change: RuleChange; facts: RuleFacts },
): Promise<Result<null, PaymentError>> {
  // Before the rule, as a settlement that ends an attempt does.
  await lockWallet(tx, customerId);
  const [before] = await tx
    .select()
    .from(autoTopUp)
    .where(eq(autoTopUp.customerId, customerId))
    .for("update");
  const after = mergedRule(before, change);
  const invalid = invalidRule(after, facts.limits);
  if (invalid) return err(invalid);
  if (after.enabled && !facts.hasCard) {
    const message =
      "Auto top-up needs a saved card: buy credits once and save the card, or add one in billing.";
    return err({ kind: "payment_method_required", message });
  }
  await writeRule(ctx, tx, actor, customerId, before, after);
  return ok(null);
}

async function writeRule(
  ctx: Ctx,
  tx: Transaction,
  actor: Actor,
  customerId: string,
  before: AutoTopUpRow | undefined,
  after: Rule,
): Promise<void> {
  const now = ctx.clock();
  const given = after.enabled
    ? { consentText: consentFor(after), consentAt: now, consentBy: payerLabel(actor) }
    : {};
  const values = { ...after, ...given, updatedAt: now };
  await tx
    .insert(autoTopUp)
    .values({ customerId, ...values })
    .onConflictDoUpdate({ target: autoTopUp.customerId, set: values });
  if (after.enabled) {
    await tx.insert(paymentConsent).values({
      id: ctx.newId(),
      customerId,
      purpose: "auto_top_up",
      text: consentFor(after),
      givenBy: payerLabel(actor),
      givenAt: now,
    });
  }
  await exchangeWatchedLevels(tx, customerId, {
    remove: before?.enabled === true ? [nanos(before.thresholdNanos)] : [],
    add: after.enabled ? [nanos(after.thresholdNanos)] : [],
  });
  await recordAudit(ctx, tx, actor, {
    action: "auto_top_up.update",
    subject: customerId,
    customerId,
    before: before ? noted(before) : null,
    after: noted(after),
  });
}

async function readSettings(ctx: Ctx, customerId: string): Promise<AutoTopUpSettings> {
  const [row] = await ctx.db.select().from(autoTopUp).where(eq(autoTopUp.customerId, customerId));
  const cards = ctx.rail === undefined ? [] : await readCards(ctx, ctx.rail, customerId);
  const card = cards.find(({ isDefault }) => isDefault) ?? null;
  const now = ctx.clock();
  const rule: Rule = row ?? { enabled: false, ...DEFAULT_RULE };
  const charged = await readCharged(ctx, customerId, now);
  return {
    enabled: rule.enabled,
    mode: rule.mode,
    threshold: nanos(rule.thresholdNanos),
    amount: nanos(rule.amountNanos),
    dailyCap: nanos(rule.dailyCapNanos),
    monthlyCap: nanos(rule.monthlyCapNanos),
    ...charged,
    state: row === undefined ? "off" : stateOf(row, card, now),
    frozenBy: row?.frozenBy ?? [],
    declines: row?.declines ?? 0,
    retryAt: row?.retryAt ?? null,
    consent:
      row?.consentText != null && row.consentAt !== null
        ? { text: row.consentText, at: row.consentAt }
        : null,
    consentText: consentFor(rule),
    card,
    hasPaymentMethod: card !== null,
    limits: await readPurchaseLimits(ctx),
  };
}

function stateOf(row: AutoTopUpRow, card: SavedCard | null, now: Date): AutoTopUpSettings["state"] {
  if (!row.enabled) return "off";
  if (row.frozenBy.length > 0) return "frozen";
  if (row.suspendedAt !== null) return "suspended";
  if (card === null) return "no_card";
  return row.retryAt !== null && now < row.retryAt ? "backing_off" : "active";
}

async function readCharged(
  ctx: Ctx,
  customerId: string,
  now: Date,
): Promise<{ chargedToday: Nanos; chargedThisMonth: Nanos }> {
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const rows = await ctx.db
    .select({ amount: autoTopUpAttempt.amountNanos, at: autoTopUpAttempt.createdAt })
    .from(autoTopUpAttempt)
    .where(
      and(
        eq(autoTopUpAttempt.customerId, customerId),
        gte(autoTopUpAttempt.createdAt, month),
        inArray(autoTopUpAttempt.state, ["under_way", "succeeded"]),
      ),
    );
  const sum = (from: Date): Nanos =>
    nanos(rows.filter(({ at }) => at >= from).reduce((total, { amount }) => total + amount, 0n));
  return { chargedToday: sum(day), chargedThisMonth: sum(month) };
}

/** What somebody agrees to who switches these settings on. */
const consentFor = (rule: Rule): string => {
  const what =
    rule.mode === "fixed"
      ? `${dollars(nanos(rule.amountNanos))}, or a multiple of it,`
      : `what is missing to ${dollars(nanos(rule.amountNanos))}`;
  return `Charge my saved card ${what} whenever my balance falls below ${dollars(nanos(rule.thresholdNanos))}, at most ${dollars(nanos(rule.dailyCapNanos))} a day and ${dollars(nanos(rule.monthlyCapNanos))} a month, until I switch this off.`;
};

const noted = (rule: Rule) => ({
  enabled: rule.enabled,
  mode: rule.mode,
  threshold: formatUsd(nanos(rule.thresholdNanos)),
  amount: formatUsd(nanos(rule.amountNanos)),
  dailyCap: formatUsd(nanos(rule.dailyCapNanos)),
  monthlyCap: formatUsd(nanos(rule.monthlyCapNanos)),
});
