import { err, type Nanos, nanos, ok, type Result } from "@ratebook/core";
import { customer as customerTable, customInvoice, customInvoicePosting, invoice } from "@ratebook/db/schema";
import { and, asc, desc, eq, lt } from "drizzle-orm";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import { type CustomInvoice, type CustomInvoiceError, customInvoiceOf } from "./custom-invoice.ts";

/** With the customer's name, and its document's number and id. */
export type ListedCustomInvoice = CustomInvoice & {
  customerName: string;
  number: string;
  documentId: string;
};

/** Invoices of the operator's own, newest first; for operators. */
export async function listCustomInvoices(
  ctx: Ctx,
  actor: Actor,
  input: {
    customer?: string | undefined;
    state?: CustomInvoice["state"] | undefined;
    limit: number;
    cursor?: string | undefined;
  },
): Promise<Result<{ items: ListedCustomInvoice[]; nextCursor: string | null }, CustomInvoiceError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const customer = input.customer === undefined ? null : await resolveCustomer(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return customer;
  const cursor = readCursor(input.cursor, [UUID]);
  if (!cursor.ok) return cursor;
  const [before] = cursor.value;
  const rows = await selectListed(ctx)
    .where(
      and(
        customer === null ? undefined : eq(customInvoice.customerId, customer.value.id),
        input.state && eq(customInvoice.state, input.state),
        before === undefined ? undefined : lt(customInvoice.id, before),
      ),
    )
    // Ids sort by time.
    .orderBy(desc(customInvoice.id))
    .limit(input.limit + 1);
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  return ok({
    items: shown.map(listedOf),
    nextCursor: rows.length > input.limit && last ? writeCursor([last.row.id]) : null,
  });
}

/** Money that moved for an invoice. */
export type CustomInvoicePosting = {
  kind: "payment" | "refund";
  /** Of the total; below 0 for a refund. */
  total: Nanos;
  credits: Nanos;
  movedAt: Date;
  reference: string;
  reason: string;
  recordedBy: string;
};

/** One of them with what was paid and given back, oldest first; for operators. */
export async function getCustomInvoice(
  ctx: Ctx,
  actor: Actor,
  { id }: { id: string },
): Promise<Result<{ invoice: ListedCustomInvoice; postings: CustomInvoicePosting[] }, CustomInvoiceError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const [found] = await selectListed(ctx).where(eq(customInvoice.id, id));
  if (found === undefined) return err({ kind: "custom_invoice_not_found", id });
  const postings = await ctx.db
    .select()
    .from(customInvoicePosting)
    .where(eq(customInvoicePosting.customInvoiceId, id))
    .orderBy(asc(customInvoicePosting.createdAt))
    .limit(500);
  return ok({
    invoice: listedOf(found),
    postings: postings.map((it) => ({
      kind: it.kind,
      total: nanos(it.totalNanos),
      credits: nanos(it.amountNanos),
      movedAt: it.movedAt,
      reference: it.reference,
      reason: it.reason,
      recordedBy: it.recordedBy,
    })),
  });
}

const selectListed = (ctx: Pick<Ctx, "db">) =>
  ctx.db
    .select({
      row: customInvoice,
      customerName: customerTable.name,
      number: invoice.number,
      documentId: invoice.id,
    })
    .from(customInvoice)
    .innerJoin(customerTable, eq(customerTable.id, customInvoice.customerId))
    .innerJoin(invoice, and(eq(invoice.purchaseId, customInvoice.id), eq(invoice.step, 0)));

type Found = Awaited<ReturnType<typeof selectListed>>[number];

const listedOf = ({ row, customerName, number, documentId }: Found): ListedCustomInvoice => ({
  ...customInvoiceOf(row),
  customerName,
  number,
  documentId,
});
