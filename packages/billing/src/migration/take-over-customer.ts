import { err, formatUsd, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { autoTopUp, railCustomer } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import { upsertCustomer } from "../accounts/upsert-customer.ts";
import type { Actor } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { GrantOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { invalidRule, mergedRule, type RuleChange } from "../top-up/auto-top-up-rule.ts";
import { readPurchaseLimits } from "../top-up/purchase-limits.ts";
import { meaningHash } from "../usage/meaning.ts";
import type { InvalidField } from "../usage/usage-error.ts";

/** A customer as another system knows it. */
export type TakeOverInput = {
  externalId: string;
  name: string;
  email?: string | null | undefined;
  /** Credits somebody paid for; at least 0. */
  balance: Nanos;
  /** Credits nobody paid for; at least 0. */
  promotionalBalance: Nanos;
  stripeCustomerId?: string | undefined;
  /** Kept switched off. */
  autoTopUp?: Pick<RuleChange, "threshold" | "amount"> | undefined;
};

export type TakenOver = { id: string; created: boolean; opened: Nanos };

export type TakeOverError =
  | { kind: "access_denied"; message: string }
  | InvalidField
  /** It was opened with another balance before. */
  | { kind: "opening_differs"; message: string }
  | { kind: "stripe_customer_differs"; message: string };

/**
 * Makes a customer known with its opening balance, in one transaction behind the customer's own row. Operators only.
 *
 * Repeating it changes nothing and opens nothing again (`opened: 0`). Another balance than it was opened with, or another
 * Stripe customer than is known, is an error and leaves everything as it is.
 */
export async function takeOverCustomer(
  ctx: Ctx,
  actor: Actor,
  input: TakeOverInput,
): Promise<Result<TakenOver, TakeOverError>> {
  if (actor.kind !== "operator" && actor.kind !== "system") {
    return err({ kind: "access_denied", message: "Only an operator may take customers over." });
  }
  const rule = await ruleOf(ctx, input);
  if (!rule.ok) return rule;
  const customer = await upsertCustomer(ctx, actor, {
    externalId: input.externalId,
    name: input.name,
    email: input.email,
  });
  if (!customer.ok) return customer;
  const { id, created } = customer.value;
  return inTransaction(ctx.db, async (tx): Promise<Result<TakenOver, TakeOverError>> => {
    const linked = await linkStripe(ctx, tx, id, input.stripeCustomerId);
    if (!linked.ok) return linked;
    if (rule.value !== null) {
      const row = { customerId: id, ...rule.value, enabled: false, updatedAt: ctx.clock() };
      await tx.insert(autoTopUp).values(row).onConflictDoNothing();
    }
    const ops = openingOps(id, input);
    if (ops.length === 0) return ok({ id, created, opened: nanos(0n) });
    const outcomes = await postWithin(tx, ops, ctx.clock());
    if (outcomes.some(({ kind }) => kind === "conflict")) {
      const message = `${input.externalId} was opened with another balance before.`;
      return err({ kind: "opening_differs", message });
    }
    const done = ops.filter((_op, index) => outcomes[index]?.kind === "done");
    const unexpected = outcomes.find(({ kind }) => kind !== "done" && kind !== "replayed");
    if (unexpected !== undefined) throw new Error(`an opening balance was answered ${unexpected.kind}`);
    const opened = nanos(done.reduce((sum, op) => sum + op.amount, 0n));
    if (opened > 0n) {
      await recordAudit(ctx, tx, actor, {
        action: "customer.take_over",
        subject: id,
        customerId: id,
        after: {
          balance: formatUsd(input.balance),
          promotionalBalance: formatUsd(input.promotionalBalance),
          stripeCustomerId: input.stripeCustomerId ?? null,
        },
      });
    }
    return ok({ id, created, opened });
  });
}

/** Two grants at most: what was paid for, and what was not. */
function openingOps(customerId: string, { balance, promotionalBalance }: TakeOverInput): GrantOp[] {
  const parts = [
    ["purchased", balance],
    ["promotional", promotionalBalance],
  ] as const;
  // A part of 0 is posted by nobody, so that an operator who forgot it may add it by a second run.
  return parts.flatMap(([category, amount]) =>
    amount === 0n
      ? []
      : [
          {
            kind: "grant",
            account: customerId,
            opId: opId("opening", `${customerId}:${category}`),
            meaningHash: meaningHash({ operation: "opening", customerId, amount, terms: category }),
            amount,
            category,
            contra: "opening",
            source: "opening balance",
          } satisfies GrantOp,
        ],
  );
}

async function linkStripe(
  ctx: Pick<Ctx, "clock">,
  tx: Transaction,
  customerId: string,
  railId: string | undefined,
): Promise<Result<null, TakeOverError>> {
  if (railId === undefined) return ok(null);
  const row = { customerId, gateway: "stripe" as const, railId, createdAt: ctx.clock() };
  await tx.insert(railCustomer).values(row).onConflictDoNothing();
  const of = and(eq(railCustomer.gateway, "stripe"), eq(railCustomer.customerId, customerId));
  const [mine] = await tx.select().from(railCustomer).where(of);
  if (mine?.railId === railId) return ok(null);
  const message =
    mine === undefined
      ? `${railId} belongs to another customer already.`
      : `The customer has another Stripe customer already: ${mine.railId}.`;
  return err({ kind: "stripe_customer_differs", message });
}

async function ruleOf(
  ctx: Ctx,
  { autoTopUp: change }: TakeOverInput,
): Promise<Result<ReturnType<typeof mergedRule> | null, InvalidField>> {
  if (change === undefined) return ok(null);
  const rule = mergedRule(undefined, change);
  const invalid = invalidRule(rule, await readPurchaseLimits(ctx));
  return invalid === null ? ok(rule) : err({ ...invalid, field: `autoTopUp.${invalid.field}` });
}
