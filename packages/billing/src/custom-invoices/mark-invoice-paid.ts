import { err, formatUsd, must, nanos, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { customInvoice, customInvoicePosting } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { postWithin } from "../ledger/post-within.ts";
import { payerLabel } from "../top-up/payer.ts";
import { meaningHash } from "../usage/meaning.ts";
import {
  type CustomInvoice,
  type CustomInvoiceError,
  customInvoiceOf,
  paymentOpId,
} from "./custom-invoice.ts";
import { documentNumber, tellOfInvoice } from "./tell-invoice.ts";

export type MarkInvoicePaidInput = {
  id: string;
  /** When the money came, as the bank says. */
  receivedAt: Date;
  /** Of the transfer: what finds it on the bank statement. */
  reference: string;
  /** Why it is believed to be paid; kept in the audit log. */
  reason: string;
  idempotencyKey: string;
};

/**
 * Records that an invoice was paid in full, credits its net amount as purchased credits and tells the customer, in one
 * transaction.
 *
 * Repeating the key with the same reference gives the invoice as it is; an invoice is credited once, whatever keys come.
 *
 * @returns `custom_invoice_state` where it is void, or was marked paid under another key
 */
export async function markInvoicePaid(
  ctx: Ctx,
  actor: Actor,
  input: MarkInvoicePaidInput,
): Promise<Result<CustomInvoice, CustomInvoiceError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const now = ctx.clock();
  return inTransaction(ctx.db, async (tx): Promise<Result<CustomInvoice, CustomInvoiceError>> => {
    const [row] = await tx.select().from(customInvoice).where(eq(customInvoice.id, input.id)).for("update");
    if (row === undefined) return err({ kind: "custom_invoice_not_found", id: input.id });
    const [payment] = await tx
      .select()
      .from(customInvoicePosting)
      .where(and(eq(customInvoicePosting.customInvoiceId, row.id), eq(customInvoicePosting.kind, "payment")));
    if (payment !== undefined) {
      if (payment.clientKey === input.idempotencyKey && payment.reference === input.reference)
        return ok(customInvoiceOf(row));
      return err({
        kind: "custom_invoice_state",
        message: `This invoice was marked paid before, by transfer ${payment.reference}.`,
      });
    }
    if (row.state === "void")
      return err({ kind: "custom_invoice_state", message: "This invoice was cancelled." });
    if (input.receivedAt > now) {
      return err({ kind: "validation_error", field: "receivedAt", message: "must not be in the future" });
    }
    const number = await documentNumber(tx, row.id);
    const id = paymentOpId(row.id);
    const amount = nanos(row.netNanos);
    const [posted] = await postWithin(
      tx,
      [
        {
          kind: "grant",
          account: row.customerId,
          opId: id,
          meaningHash: meaningHash({
            operation: "grant",
            customerId: row.customerId,
            amount,
            terms: row.id,
          }),
          amount,
          category: "purchased",
          contra: "clearing:invoice",
          source: `Invoice ${number}`,
        },
      ],
      now,
    );
    const outcome = must(posted, "one operation is answered once");
    if (outcome.kind !== "done")
      throw new Error(`the payment of an invoice could not be posted: ${outcome.kind}`);
    await tx.insert(customInvoicePosting).values({
      opId: id,
      customInvoiceId: row.id,
      customerId: row.customerId,
      clientKey: input.idempotencyKey,
      kind: "payment",
      totalNanos: row.totalNanos,
      amountNanos: row.netNanos,
      movedAt: input.receivedAt,
      reference: input.reference,
      reason: input.reason,
      debtAllowed: false,
      recordedBy: payerLabel(actor),
      createdAt: now,
    });
    const [paid] = await tx
      .update(customInvoice)
      .set({ state: "paid", paidAt: input.receivedAt })
      .where(eq(customInvoice.id, row.id))
      .returning();
    await tellOfInvoice(ctx, tx, row, {
      template: "invoice_paid",
      key: `settled:${row.id}`,
      credits: amount,
    });
    await recordAudit(ctx, tx, actor, {
      action: "custom_invoice.paid",
      subject: row.id,
      customerId: row.customerId,
      after: {
        number,
        total: formatUsd(nanos(row.totalNanos)),
        credits: formatUsd(amount),
        reference: input.reference,
      },
      reason: input.reason,
    });
    return ok(customInvoiceOf(must(paid, "a locked invoice is there")));
  });
}
