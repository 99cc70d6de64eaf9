import { err, ok, type Result } from "@ratebook/core";
import { invoice } from "@ratebook/db/schema";
import { and, desc, eq, getTableColumns, lt, sql } from "drizzle-orm";
import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { readCursor, UUID, writeCursor } from "../usage/cursor.ts";
import { resolveReadable } from "../usage/resolve-readable.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type Invoice, invoiceOf } from "./invoice.ts";

/** No document of this customer has that id. */
export type InvoiceNotFound = { kind: "invoice_not_found"; id: string };
/** This process has nothing to draw documents with. */
export type PdfNotConfigured = { kind: "pdf_not_configured" };

/** Documents, newest first: a customer's own, or everybody's for an operator who names none. */
export async function listInvoices(
  ctx: Ctx,
  actor: Actor,
  input: { customer?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<
  Result<{ items: Invoice[]; total: number; nextCursor: string | null }, ResolveCustomerError | InvalidField>
> {
  const everybody = input.customer === undefined && refuseUnlessOperator(actor) === null;
  const customer = everybody ? null : await resolveReadable(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return customer;
  const cursor = readCursor(input.cursor, [UUID]);
  if (!cursor.ok) return cursor;
  const [before] = cursor.value;
  const own = customer === null ? undefined : eq(invoice.customerId, customer.value.id);
  const rows = await selectDocuments(ctx)
    .where(and(own, before === undefined ? undefined : lt(invoice.id, before)))
    // Ids sort by time.
    .orderBy(desc(invoice.id))
    .limit(input.limit + 1);
  const shown = rows.slice(0, input.limit);
  const last = shown.at(-1);
  return ok({
    items: shown.map((row) => invoiceOf(row, row)),
    total: await ctx.db.$count(invoice, own),
    nextCursor: rows.length > input.limit && last ? writeCursor([last.id]) : null,
  });
}

/** One document; `invoice_not_found` also for one of another customer, so that nobody learns which ids exist. */
export async function getInvoice(
  ctx: Ctx,
  actor: Actor,
  input: { id: string; customer?: string | undefined },
): Promise<Result<Invoice, ResolveCustomerError | InvoiceNotFound>> {
  const everybody = input.customer === undefined && refuseUnlessOperator(actor) === null;
  const customer = everybody ? null : await resolveReadable(ctx, actor, input.customer);
  if (customer !== null && !customer.ok) return customer;
  const [row] = await selectDocuments(ctx).where(
    and(eq(invoice.id, input.id), customer === null ? undefined : eq(invoice.customerId, customer.value.id)),
  );
  return row === undefined ? err({ kind: "invoice_not_found", id: input.id }) : ok(invoiceOf(row, row));
}

/** The same document drawn as a PDF, with the name to save it under. */
export async function drawInvoice(
  ctx: Ctx,
  actor: Actor,
  input: { id: string; customer?: string | undefined },
): Promise<
  Result<{ name: string; pdf: Uint8Array }, ResolveCustomerError | InvoiceNotFound | PdfNotConfigured>
> {
  const found = await getInvoice(ctx, actor, input);
  if (!found.ok) return found;
  const { pdf } = ctx;
  if (pdf === undefined) return err({ kind: "pdf_not_configured" });
  return ok({ name: `${found.value.number}.pdf`, pdf: await pdf.invoice(found.value) });
}

// The outer columns are written out: drizzle leaves their table away, and the inner one has the same names.
const selectDocuments = (ctx: Pick<Ctx, "db">) =>
  ctx.db
    .select({
      ...getTableColumns(invoice),
      corrects: sql<string | null>`case when ratebook.invoice.step > 0 then (
        select i.number from ratebook.invoice i
        where i.purchase_id = ratebook.invoice.purchase_id and i.step = 0) end`,
      standing: sql<Invoice["standing"]>`coalesce((
        select c.state from ratebook.custom_invoice c where c.id = ratebook.invoice.purchase_id), 'paid')`,
      creditedBack: sql<bigint>`(case when ratebook.invoice.step = 0 then -coalesce((
        select sum(i.total_nanos) from ratebook.invoice i
        where i.purchase_id = ratebook.invoice.purchase_id and i.step > 0), 0) else 0 end)::int8`,
    })
    .from(invoice);
