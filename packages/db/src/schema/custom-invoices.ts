import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant, nanos } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** A purchase that the operator invoices and the customer pays outside, by bank transfer say. */
export const customInvoice = ratebook.table(
  "custom_invoice",
  {
    id: uuid("id").primaryKey(),
    customerId: uuid("customer_id").notNull(),
    /** The operator's key; the same key with another meaning is a conflict. */
    clientKey: text("client_key").notNull(),
    meaning: text("meaning").notNull(),
    title: text("title").notNull(),
    /** `[{description, amount}]`, as its document says. */
    lines: jsonb("lines").notNull(),
    taxes: jsonb("taxes").notNull(),
    /** The credits that its payment gives. */
    netNanos: nanos("net_nanos").notNull(),
    totalNanos: nanos("total_nanos").notNull(),
    /** The customer's own, an order number say. */
    reference: text("reference"),
    dueAt: instant("due_at").notNull(),
    /** Credits exist for `paid` only; `void` was cancelled before it was paid. */
    state: text("state", { enum: ["open", "paid", "void"] }).notNull(),
    paidAt: instant("paid_at"),
    /** Of the total, what was given back. */
    refundedNanos: nanos("refunded_nanos").notNull().default(sql`0`),
    /** Credits taken back for it, debt included. */
    takenNanos: nanos("taken_nanos").notNull().default(sql`0`),
    /** Refunds so far; numbers the next one. */
    refunds: integer("refunds").notNull().default(0),
    /** How often the customer was told that it is overdue. */
    reminders: integer("reminders").notNull().default(0),
    issuedBy: text("issued_by").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("custom_invoice_key").on(table.customerId, table.clientKey),
    index("custom_invoice_state").on(table.state, table.id),
    check("custom_invoice_amounts", sql`net_nanos > 0 and total_nanos >= net_nanos`),
    check("custom_invoice_paid", sql`(state = 'paid') = (paid_at is not null)`),
    check(
      "custom_invoice_back",
      sql`refunded_nanos between 0 and total_nanos and taken_nanos between 0 and net_nanos`,
    ),
  ],
);

/** Money that an operator saw come in or sent back, with what the ledger posted for it. Append-only. */
export const customInvoicePosting = ratebook.table(
  "custom_invoice_posting",
  {
    /** The ledger's operation. */
    opId: uuid("op_id").primaryKey(),
    customInvoiceId: uuid("custom_invoice_id").notNull(),
    customerId: uuid("customer_id").notNull(),
    clientKey: text("client_key").notNull(),
    kind: text("kind", { enum: ["payment", "refund"] }).notNull(),
    /** Of the total: more than 0 for the payment, less for a refund. */
    totalNanos: nanos("total_nanos").notNull(),
    /** Credits: granted, or taken back with debt included. */
    amountNanos: nanos("amount_nanos").notNull(),
    /** When the money moved, as the operator says. */
    movedAt: instant("moved_at").notNull(),
    /** Of the transfer: what finds it on a bank statement. */
    reference: text("reference").notNull(),
    reason: text("reason").notNull(),
    debtAllowed: boolean("debt_allowed").notNull(),
    recordedBy: text("recorded_by").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    unique("custom_invoice_posting_key").on(table.customInvoiceId, table.clientKey),
    uniqueIndex("custom_invoice_posting_payment").on(table.customInvoiceId).where(sql`kind = 'payment'`),
    check(
      "custom_invoice_posting_sign",
      sql`(kind = 'payment') = (total_nanos > 0) and (total_nanos > 0) = (amount_nanos > 0)`,
    ),
  ],
);
