import {
  err,
  formatUsd,
  must,
  NANOS_PER_CENT,
  type Nanos,
  nanos,
  ok,
  type Result,
  ZERO_NANOS,
} from "@ratebook/core";
import { inTransaction, type Transaction } from "@ratebook/db";
import { customInvoice, customInvoicePosting } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { writeMissing } from "../invoices/issue-invoice.ts";
import { lockPurchase } from "../invoices/purchase.ts";
import { readSeller } from "../invoices/seller.ts";
import type { RevokeOp } from "../ledger/ledger-op.ts";
import { opId } from "../ledger/op-id.ts";
import { postWithin } from "../ledger/post-within.ts";
import { payerLabel } from "../top-up/payer.ts";
import { meaningHash } from "../usage/meaning.ts";
import {
  type CustomInvoice,
  type CustomInvoiceError,
  type CustomInvoiceRow,
  customInvoiceOf,
  paymentOpId,
} from "./custom-invoice.ts";
import { tellOfInvoice } from "./tell-invoice.ts";

export type RefundCustomInvoiceInput = {
  id: string;
  /** Of the total, whole cents. Absent: all that is left of it. */
  amount?: Nanos | undefined;
  /** Of the transfer back. */
  reference: string;
  reason: string;
  /** True: credits that are spent already become debt; the customer has agreed. */
  allowDebt?: boolean | undefined;
  idempotencyKey: string;
};

/**
 * Records that money of a paid invoice was sent back: takes its share of the invoice's own credits, the spent part as debt
 * where that was agreed to, and writes the credit note, in one transaction. Credits of other purchases are never touched.
 *
 * Repeating a key gives the invoice as it is; the same key with another amount is `idempotency_conflict`.
 */
export async function refundCustomInvoice(
  ctx: Ctx,
  actor: Actor,
  input: RefundCustomInvoiceInput,
): Promise<Result<CustomInvoice, CustomInvoiceError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const seller = await readSeller(ctx);
  const now = ctx.clock();
  return inTransaction(ctx.db, async (tx): Promise<Result<CustomInvoice, CustomInvoiceError>> => {
    const [row] = await tx.select().from(customInvoice).where(eq(customInvoice.id, input.id)).for("update");
    if (row === undefined) return err({ kind: "custom_invoice_not_found", id: input.id });
    const byKey = and(
      eq(customInvoicePosting.customInvoiceId, row.id),
      eq(customInvoicePosting.clientKey, input.idempotencyKey),
    );
    const [earlier] = await tx.select().from(customInvoicePosting).where(byKey);
    if (earlier !== undefined) {
      const same =
        earlier.kind === "refund" && (input.amount === undefined || earlier.totalNanos + input.amount === 0n);
      if (same) return ok(customInvoiceOf(row));
      return err({
        kind: "idempotency_conflict",
        message: "This idempotency key was used before for something else.",
      });
    }
    const taken = await takeBack(tx, row, input.amount, input.allowDebt ?? false, now);
    if (!taken.ok) return taken;
    const { amount, credits, opId: posted } = taken.value;
    await tx.insert(customInvoicePosting).values({
      opId: posted,
      customInvoiceId: row.id,
      customerId: row.customerId,
      clientKey: input.idempotencyKey,
      kind: "refund",
      totalNanos: -(amount as bigint),
      amountNanos: -(credits as bigint),
      movedAt: now,
      reference: input.reference,
      reason: input.reason,
      debtAllowed: input.allowDebt ?? false,
      recordedBy: payerLabel(actor),
      createdAt: now,
    });
    const [refunded] = await tx
      .update(customInvoice)
      .set({
        refundedNanos: row.refundedNanos + amount,
        takenNanos: row.takenNanos + credits,
        refunds: row.refunds + 1,
      })
      .where(eq(customInvoice.id, row.id))
      .returning();
    const purchase = must(await lockPurchase(tx, row.id), "a locked invoice is found");
    await writeMissing(ctx, tx, seller, purchase);
    await tellOfInvoice(ctx, tx, row, {
      template: "invoice_refunded",
      key: `invoice-refund:${posted}`,
      refunded: amount,
      refundedSoFar: nanos(row.refundedNanos + amount),
    });
    await recordAudit(ctx, tx, actor, {
      action: "custom_invoice.refund",
      subject: row.id,
      customerId: row.customerId,
      after: { amount: formatUsd(amount), debtAllowed: input.allowDebt ?? false, reference: input.reference },
      reason: input.reason,
    });
    return ok(customInvoiceOf(must(refunded, "a locked invoice is there")));
  });
}

/** What a refund would do, in dollars of the invoice and of credits; `debt` is the part that is spent already. */
export type CustomRefundPreview = { amount: Nanos; credits: Nanos; debt: Nanos };

/** Tries a refund and undoes it, so that it says exactly what would happen now. */
export async function previewCustomRefund(
  ctx: Ctx,
  actor: Actor,
  input: { id: string; amount?: Nanos | undefined },
): Promise<Result<CustomRefundPreview, CustomInvoiceError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const tried = await inTransaction(ctx.db, async (tx) => {
    const [row] = await tx.select().from(customInvoice).where(eq(customInvoice.id, input.id)).for("update");
    if (row === undefined) return err({ kind: "custom_invoice_not_found", id: input.id } as const);
    const taken = await takeBack(tx, row, input.amount, true, ctx.clock());
    // A failure rolls the transaction back, and hands out what it carries.
    return taken.ok ? err({ kind: "tried" as const, preview: taken.value }) : taken;
  });
  if (tried.error.kind !== "tried") return err(tried.error);
  const { amount, credits, debt } = tried.error.preview;
  return ok({ amount, credits, debt });
}

type TakenBack = CustomRefundPreview & { opId: string };

/** Takes the credits of a refund back. Shares are of the whole and rounded down, so that parts and the whole end alike. */
async function takeBack(
  tx: Transaction,
  row: CustomInvoiceRow,
  wanted: Nanos | undefined,
  allowDebt: boolean,
  now: Date,
): Promise<Result<TakenBack, CustomInvoiceError>> {
  if (row.state !== "paid") {
    return err({ kind: "custom_invoice_state", message: "Only a paid invoice can be refunded." });
  }
  const left = nanos(row.totalNanos - row.refundedNanos);
  const amount = wanted ?? left;
  const invalid = invalidRefund(amount, left);
  if (invalid !== null) return err({ kind: "validation_error", field: "amount", message: invalid });
  const gone = (row.netNanos * (row.refundedNanos + amount)) / row.totalNanos;
  const credits = nanos(gone - row.takenNanos);
  const { customerId: account } = row;
  const terms = `${row.id}:refund:${row.refunds + 1}`;
  const op: RevokeOp = {
    kind: "revoke",
    account,
    opId: opId("custom-invoice", terms),
    meaningHash: meaningHash({ operation: "grant", customerId: account, amount: credits, terms }),
    ref: paymentOpId(row.id),
    amount: credits,
    contra: "clearing:invoice",
    allowDebt,
  };
  const [posted] = await postWithin(tx, [op], now);
  const outcome = must(posted, "one operation is answered once");
  if (outcome.kind === "insufficient") {
    const debt = nanos(credits - outcome.available);
    const share = (amount * outcome.available) / credits;
    return err({ kind: "refund_exceeds_unspent", refundable: wholeCents(share), debt });
  }
  if (outcome.kind !== "done") throw new Error(`a refund of an invoice could not be posted: ${outcome.kind}`);
  return ok({ amount, credits, debt: outcome.debtIncurred, opId: op.opId });
}

function invalidRefund(amount: Nanos, left: Nanos): string | null {
  if (left <= ZERO_NANOS) return "everything has been refunded";
  if (amount <= ZERO_NANOS) return "must be more than 0";
  if (amount % NANOS_PER_CENT !== 0n) return "must be whole cents";
  return amount > left ? `must be at most ${formatUsd(left)}` : null;
}

const wholeCents = (amount: bigint): Nanos => nanos((amount / NANOS_PER_CENT) * NANOS_PER_CENT);
