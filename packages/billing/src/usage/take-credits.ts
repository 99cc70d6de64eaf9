import { err, formatUsd, must, type Nanos, nanos, ok, type Result, ZERO_NANOS } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { recordAudit } from "../accounts/record-audit.ts";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import type { AdjustmentOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { meaningHash } from "./meaning.ts";
import { refusalOf } from "./refusal.ts";
import type { RecordUsageError } from "./usage-error.ts";

export type TakeCreditsInput = {
  customer: string;
  /** More than 0: what is taken, in burn order, from what is available. */
  amount: Nanos;
  /** Shown to people, and kept in the audit log. */
  reason: string;
  idempotencyKey: string;
};

export type TakenCredits = { id: string; status: "taken" | "replayed"; balance: Nanos; available: Nanos };

/**
 * Takes credits away by hand, once per key: a correction against the customer, never beyond what is available, so it makes
 * no debt and touches no hold. The contra account is `adjustments`.
 *
 * @returns `insufficient_credits` where less is available; nothing is taken then. The reason is no part of what a key means.
 */
export async function takeCredits(
  ctx: Ctx,
  actor: Actor,
  input: TakeCreditsInput,
): Promise<Result<TakenCredits, RecordUsageError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  if (input.amount <= ZERO_NANOS) {
    return err({ kind: "validation_error", field: "amount", message: "must be more than 0" });
  }
  const customerId = customer.value.id;
  const op = takeOp(customerId, input);
  return inTransaction(ctx.db, async (tx): Promise<Result<TakenCredits, RecordUsageError>> => {
    const [posted] = await postWithin(tx, [op], ctx.clock());
    const outcome = must(posted, "one operation is answered once");
    if (outcome.kind !== "done" && outcome.kind !== "replayed") {
      // Nobody asked to spend: what is missing here is no reason to refill.
      return err(refusalOf({ publicUrl: ctx.publicUrl }, outcome, customerId));
    }
    if (outcome.kind === "done") {
      await recordAudit(ctx, tx, actor, {
        action: "credits.take",
        subject: op.opId,
        customerId,
        after: { amount: formatUsd(input.amount) },
        reason: input.reason,
      });
    }
    const { balance, available } = outcome;
    return ok({ id: op.opId, status: outcome.kind === "done" ? "taken" : "replayed", balance, available });
  });
}

/** The operation that takes credits away. */
export const takeOp = (
  customerId: string,
  { amount, reason, idempotencyKey }: Pick<TakeCreditsInput, "amount" | "reason" | "idempotencyKey">,
): AdjustmentOp => ({
  kind: "adjustment",
  account: customerId,
  opId: opId("adjustment", idempotencyKey),
  meaningHash: meaningHash({ operation: "adjustment", customerId, amount }),
  amount: nanos(0n - amount),
  contra: "adjustments",
  source: reason,
});
