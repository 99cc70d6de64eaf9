import { err, formatUsd, MAX_USD_NANOS, must, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { recordAudit } from "../accounts/record-audit.ts";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import { type Actor, hasScope } from "../actor.ts";
import type { Ctx } from "../ctx.ts";
import type { GrantOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { findEarlier } from "./find-earlier.ts";
import { meaningHash } from "./meaning.ts";
import { refusalOf } from "./refusal.ts";
import type { InvalidField, RecordUsageError } from "./usage-error.ts";

export type GrantCreditsInput = {
  customer?: string | undefined;
  /** More than 0. */
  amount: Nanos;
  /** Shown to people, and kept in the audit log. */
  reason: string;
  /** `purchased` is refused: only a settlement credits purchased money. */
  category: "promotional" | "credit_line" | "purchased";
  /** Half-open: the credits cannot be used at this instant. Default: never. */
  expiresAt?: Date | null | undefined;
  /** Lower burns first; default 50, and 100 for a credit line. */
  priority?: number | undefined;
  idempotencyKey: string;
};

export type GrantedCredits = {
  id: string;
  status: "granted" | "replayed";
  balance: Nanos;
  available: Nanos;
  debt: Nanos;
};

/**
 * Gives a customer credits that nobody paid for, once per key, and writes down who did it and why in the same
 * transaction.
 *
 * Promotional credits never repay debt. The reason is no part of what a key means.
 */
export async function grantCredits(
  ctx: Ctx,
  actor: Actor,
  input: GrantCreditsInput,
): Promise<Result<GrantedCredits, RecordUsageError>> {
  if (!mayGrant(actor)) {
    return err({ kind: "access_denied", message: "This credential lacks the scope customers:write." });
  }
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const customerId = customer.value.id;
  const invalid = invalidGrant(input);
  if (invalid) return err(invalid);
  const op = grantOp(customerId, input);
  if (input.expiresAt && input.expiresAt <= ctx.clock()) {
    const earlier = await findEarlier(ctx, [{ customerId, opId: op.opId }]);
    if (earlier({ customerId, opId: op.opId }) === undefined) {
      return err({ kind: "validation_error", field: "expiresAt", message: "must be in the future" });
    }
  }
  return inTransaction(ctx.db, async (tx): Promise<Result<GrantedCredits, RecordUsageError>> => {
    const [posted] = await postWithin(tx, [op], ctx.clock());
    const outcome = must(posted, "one operation is answered once");
    if (outcome.kind !== "done" && outcome.kind !== "replayed")
      return err(refusalOf(ctx, outcome, customerId));
    if (outcome.kind === "done") {
      await recordAudit(ctx, tx, actor, {
        action: "credits.grant",
        subject: op.opId,
        customerId,
        after: {
          amount: formatUsd(input.amount),
          category: input.category,
          expiresAt: input.expiresAt?.toISOString() ?? null,
        },
        reason: input.reason,
      });
    }
    const { balance, available, debt } = outcome;
    return ok({
      id: op.opId,
      status: outcome.kind === "done" ? "granted" : "replayed",
      balance,
      available,
      debt,
    });
  });
}

// An ordinary key belongs to the customer, who does not give themselves credits, whatever scopes it carries.
const mayGrant = (actor: Actor): boolean =>
  actor.kind !== "key" && actor.kind !== "member" && hasScope(actor, "customers:write");

/** What is wrong with a grant; null where nothing is. */
export function invalidGrant({
  amount,
  category,
}: Pick<GrantCreditsInput, "amount" | "category">): InvalidField | null {
  if (category === "purchased") {
    const message = "cannot be purchased: only a settlement credits purchased money";
    return { kind: "validation_error", field: "category", message };
  }
  if (amount <= 0n) return { kind: "validation_error", field: "amount", message: "must be more than 0" };
  return amount > MOST_AT_ONCE
    ? { kind: "validation_error", field: "amount", message: `must be at most ${formatUsd(MOST_AT_ONCE)}` }
    : null;
}

/** The operation that grants. */
export function grantOp(customerId: string, input: GrantCreditsInput): GrantOp {
  const { amount, category, expiresAt = null, priority } = input;
  return {
    kind: "grant",
    account: customerId,
    opId: opId("grant", input.idempotencyKey),
    meaningHash: meaningHash({
      operation: "grant",
      customerId,
      amount,
      terms: JSON.stringify([category, expiresAt?.toISOString() ?? null, priority ?? null]),
    }),
    amount,
    category,
    contra: category === "credit_line" ? "receivable:customers" : "promo",
    expiresAt,
    source: input.reason,
    ...(priority !== undefined && { priority }),
  };
}

/** A thousandth of what an amount may be, so that a slip of the keyboard cannot fill a wallet to the brim. */
const MOST_AT_ONCE = nanos(MAX_USD_NANOS / 1000n);
