import { must, nanos } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import { invoice } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import type { Notice } from "../alerts/customer-notice.ts";
import { type TellCtx, tellCustomer } from "../alerts/tell-customer.ts";
import { readBillingDetails } from "../invoices/billing-details.ts";
import type { CustomInvoiceRow } from "./custom-invoice.ts";

type InvoiceNotice = Extract<Notice, { invoiceId: string }>;
type Told = InvoiceNotice extends infer One
  ? One extends InvoiceNotice
    ? Omit<One, "invoiceId" | "number" | "total">
    : never
  : never;

/** Tells a customer what became of an invoice of the operator's own: at the address its invoices go to. */
export async function tellOfInvoice(
  ctx: TellCtx,
  tx: Transaction,
  row: CustomInvoiceRow,
  told: Told,
): Promise<void> {
  const about = { invoiceId: row.id, number: await documentNumber(tx, row.id), total: nanos(row.totalNanos) };
  const { email } = await readBillingDetails(tx, row.customerId);
  await tellCustomer(ctx, tx, row.customerId, { ...told, ...about }, email === null ? {} : { to: [email] });
}

/** The number of an invoice's document, which it has from the start. */
export async function documentNumber(tx: Transaction, customInvoiceId: string): Promise<string> {
  const [document] = await tx
    .select({ number: invoice.number })
    .from(invoice)
    .where(and(eq(invoice.purchaseId, customInvoiceId), eq(invoice.step, 0)));
  return must(document, "an invoice has its document from the start").number;
}
