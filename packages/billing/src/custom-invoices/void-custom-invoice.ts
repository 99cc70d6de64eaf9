import { err, must, ok, type Result } from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { customInvoice } from "@ratebook/db/schema";
import { eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { writeMissing } from "../invoices/issue-invoice.ts";
import { lockPurchase } from "../invoices/purchase.ts";
import { readSeller } from "../invoices/seller.ts";
import { type CustomInvoice, type CustomInvoiceError, customInvoiceOf } from "./custom-invoice.ts";
import { tellOfInvoice } from "./tell-invoice.ts";

/**
 * Cancels an invoice that was not paid: a credit note over all of it is written with it. Repeating changes nothing.
 *
 * @returns `custom_invoice_state` where it is paid: money that came in is refunded
 */
export async function voidCustomInvoice(
  ctx: Ctx,
  actor: Actor,
  input: { id: string; reason: string },
): Promise<Result<CustomInvoice, CustomInvoiceError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const seller = await readSeller(ctx);
  return inTransaction(ctx.db, async (tx): Promise<Result<CustomInvoice, CustomInvoiceError>> => {
    const [row] = await tx.select().from(customInvoice).where(eq(customInvoice.id, input.id)).for("update");
    if (row === undefined) return err({ kind: "custom_invoice_not_found", id: input.id });
    if (row.state === "void") return ok(customInvoiceOf(row));
    if (row.state === "paid")
      return err({ kind: "custom_invoice_state", message: "This invoice is paid: refund it." });
    const [voided] = await tx
      .update(customInvoice)
      .set({ state: "void" })
      .where(eq(customInvoice.id, row.id))
      .returning();
    const purchase = must(await lockPurchase(tx, row.id), "a locked invoice is found");
    await writeMissing(ctx, tx, seller, purchase);
    await tellOfInvoice(ctx, tx, row, { template: "invoice_cancelled", key: `invoice-cancelled:${row.id}` });
    await recordAudit(ctx, tx, actor, {
      action: "custom_invoice.void",
      subject: row.id,
      customerId: row.customerId,
      reason: input.reason,
    });
    return ok(customInvoiceOf(must(voided, "a locked invoice is there")));
  });
}
