import { err, must, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { postWithin } from "../ledger/post-within.ts";
import { type ListedGrant, readBurnOrder } from "./burn-order.ts";
import { readStanding } from "./get-balance.ts";
import { grantOp, invalidGrant } from "./grant-credits.ts";
import { refusalOf } from "./refusal.ts";
import { takeOp } from "./take-credits.ts";
import type { RecordUsageError } from "./usage-error.ts";

export type PreviewAdjustmentInput = {
  customer: string;
  /** Above 0: a grant of the category; below 0: credits taken away. */
  amount: Nanos;
  category?: "promotional" | "credit_line" | undefined;
  expiresAt?: Date | null | undefined;
  priority?: number | undefined;
};

/** A wallet at one moment: what it has and the grants that pay next, the first one first. */
export type WalletPicture = { balance: Nanos; available: Nanos; debt: Nanos; grants: ListedGrant[] };

/**
 * What a grant or a taking away would do to a wallet now: posts it, looks, and undoes it, so that nothing is guessed.
 *
 * @returns the refusals of the posting itself, such as `insufficient_credits`
 */
export async function previewAdjustment(
  ctx: Ctx,
  actor: Actor,
  input: PreviewAdjustmentInput,
): Promise<Result<{ before: WalletPicture; after: WalletPicture }, RecordUsageError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { id } = customer.value;
  const { amount } = input;
  const written = {
    ...input,
    category: input.category ?? "promotional",
    amount: nanos(amount < 0n ? 0n - amount : amount),
    reason: "preview",
    idempotencyKey: ctx.newId(),
  };
  const invalid = invalidGrant(written);
  if (invalid) return err(invalid);
  if (input.expiresAt && input.expiresAt <= ctx.clock()) {
    return err({ kind: "validation_error", field: "expiresAt", message: "must be in the future" });
  }
  const standing = await readStanding(ctx, id);
  const tried = await inTransaction(ctx.db, async (tx) => {
    const before = { ...standing, grants: await readBurnOrder(tx, id) };
    const [posted] = await postWithin(
      tx,
      [amount < 0n ? takeOp(id, written) : grantOp(id, written)],
      ctx.clock(),
    );
    const outcome = must(posted, "one operation is answered once");
    if (outcome.kind !== "done" && outcome.kind !== "replayed") {
      return err(refusalOf({ publicUrl: ctx.publicUrl }, outcome, id));
    }
    const { balance, available, debt } = outcome;
    const after = { balance, available, debt, grants: await readBurnOrder(tx, id) };
    // A failure rolls the transaction back, and hands out what it carries.
    return err({ kind: "tried" as const, pictures: { before: pictureOf(before), after } });
  });
  return tried.error.kind === "tried" ? ok(tried.error.pictures) : err(tried.error);
}

const pictureOf = ({ balance, available, debt, grants }: WalletPicture): WalletPicture => ({
  balance,
  available,
  debt,
  grants,
});
