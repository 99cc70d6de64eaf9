import { must } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { invoice, invoiceCounter } from "@ratebook/db/schema";
import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { DocumentContent } from "./document-content.ts";
import type { InvoiceRow } from "./invoice.ts";
import type { Purchase } from "./purchase.ts";
import type { Seller } from "./seller.ts";

/**
 * Writes one document under the next number of its seller, series and year, in the caller's transaction: a rollback
 * gives the number back with everything else.
 */
export async function writeDocument(
  ctx: Pick<Ctx, "clock" | "newId">,
  tx: Transaction,
  {
    seller,
    purchase,
    step,
    content,
    sellerDetails,
    customer,
  }: {
    /** Whose numbers are taken. */
    seller: Seller;
    purchase: Purchase;
    step: number;
    content: DocumentContent;
    sellerDetails: unknown;
    customer: unknown;
  },
): Promise<InvoiceRow> {
  const issuedAt = ctx.clock();
  const year = issuedAt.getUTCFullYear();
  const prefix = content.kind === "credit_note" ? seller.creditNotePrefix : seller.invoicePrefix;
  const series = purchase.test ? `TEST-${prefix}` : prefix;
  const sequence = await nextNumber(tx, seller.key, series, year);
  const [row] = await tx
    .insert(invoice)
    .values({
      id: ctx.newId(),
      ...content,
      seller: seller.key,
      series,
      year,
      sequence,
      number: `${series}-${year}-${String(sequence).padStart(6, "0")}`,
      test: purchase.test,
      customerId: purchase.customerId,
      purchaseId: purchase.id,
      purchaseKind: purchase.kind,
      step,
      railInvoiceId: purchase.railInvoiceId,
      currency: "usd",
      sellerDetails,
      customerDetails: customer,
      payment: purchase.payment,
      paidAt: purchase.paidAt,
      dueAt: purchase.dueAt,
      issuedAt,
    })
    .returning();
  return must(row, "a document that was written is returned");
}

/** Everyone else who wants a number of this series waits until the transaction that took this one ends. */
async function nextNumber(tx: Transaction, seller: string, series: string, year: number): Promise<number> {
  const [counter] = await tx
    .insert(invoiceCounter)
    .values({ seller, series, year, last: 1 })
    .onConflictDoUpdate({
      target: [invoiceCounter.seller, invoiceCounter.series, invoiceCounter.year],
      set: { last: sql`${invoiceCounter.last} + 1` },
    })
    .returning({ last: invoiceCounter.last });
  return must(counter, "a counter that was moved is returned").last;
}
