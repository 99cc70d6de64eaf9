import { inTransaction, type Transaction } from "@ratebook/db";
import { invoice } from "@ratebook/db/schema";
import { asc, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { readBillingDetails } from "./billing-details.ts";
import { correctionContent, invoiceContent } from "./document-content.ts";
import type { InvoiceRow } from "./invoice.ts";
import { lockPurchase, type Purchase } from "./purchase.ts";
import { readSeller, type Seller } from "./seller.ts";
import { writeDocument } from "./write-document.ts";

/** What an issue wrote: the ids of the documents, none where nothing was missing. */
export type IssuedDocuments = { issued: string[] };

/**
 * Writes the documents that a purchase lacks: its invoice once it is settled, a credit note for what was returned since,
 * a reinstatement where a return came back. Numbers come from a counter that is committed with the document, so none is
 * ever missing.
 *
 * Repeating writes nothing new; a purchase that is not settled has no documents. Where the seller lets Stripe issue,
 * purchases with an invoice of Stripe's get none from us.
 *
 * @param purchaseId an order or a token payment
 */
export async function issueInvoice(ctx: Ctx, purchaseId: string): Promise<IssuedDocuments> {
  const seller = await readSeller(ctx);
  return inTransaction(ctx.db, async (tx) => {
    const purchase = await lockPurchase(tx, purchaseId);
    if (purchase === null) return { issued: [] };
    if (seller.issuer === "stripe" && purchase.railInvoiceId !== null) return { issued: [] };
    return { issued: await writeMissing(ctx, tx, seller, purchase) };
  });
}

/**
 * The same within a transaction that changes the purchase, which is locked.
 *
 * @returns the ids of what was written
 */
export async function writeMissing(
  ctx: Pick<Ctx, "clock" | "newId" | "tax">,
  tx: Transaction,
  seller: Seller,
  purchase: Purchase,
): Promise<string[]> {
  const written = await tx
    .select()
    .from(invoice)
    .where(eq(invoice.purchaseId, purchase.id))
    .orderBy(asc(invoice.step));
  const first = written[0] ?? (await writeInvoice(ctx, tx, seller, purchase));
  const documents = written.length === 0 ? [first] : written;
  const correction = await writeCorrection(ctx, tx, seller, purchase, first, documents);
  const fresh = [...(written.length === 0 ? [first] : []), ...(correction === null ? [] : [correction])];
  return fresh.map(({ id }) => id);
}

async function writeInvoice(
  ctx: Pick<Ctx, "clock" | "newId" | "tax">,
  tx: Transaction,
  seller: Seller,
  purchase: Purchase,
): Promise<InvoiceRow> {
  const customer = await readBillingDetails(tx, purchase.customerId);
  const content = invoiceContent(purchase, customer, ctx.tax);
  return writeDocument(ctx, tx, { seller, purchase, step: 0, content, sellerDetails: seller, customer });
}

/** Null where the documents already say what was kept of the payment. */
async function writeCorrection(
  ctx: Pick<Ctx, "clock" | "newId">,
  tx: Transaction,
  seller: Seller,
  purchase: Purchase,
  first: InvoiceRow,
  documents: readonly InvoiceRow[],
): Promise<InvoiceRow | null> {
  const content = correctionContent(purchase, first, documents);
  if (content === null) return null;
  return writeDocument(ctx, tx, {
    seller,
    purchase,
    step: documents.length,
    content,
    // The parties of a correction are those of the invoice that it corrects.
    sellerDetails: first.sellerDetails,
    customer: first.customerDetails,
  });
}
