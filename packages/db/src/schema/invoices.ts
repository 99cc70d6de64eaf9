import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, nanos } from "./columns.ts";
import { ratebook } from "./schema.ts";

/** A numbered document of a purchase. Append-only: a correction is another document. */
export const invoice = ratebook.table(
  "invoice",
  {
    id: uuid("id").primaryKey(),
    /** `credit_note` takes back what was refunded, `reinstatement` what was credited and came back after all. */
    kind: text("kind", { enum: ["invoice", "credit_note", "reinstatement"] }).notNull(),
    /** The seller's key: each counts for itself. */
    seller: text("seller").notNull(),
    series: text("series").notNull(),
    /** Of the day it was issued, in UTC. */
    year: integer("year").notNull(),
    sequence: integer("sequence").notNull(),
    number: text("number").notNull(),
    /** True: nobody paid real money. Counted apart from real documents. */
    test: boolean("test").notNull(),
    customerId: uuid("customer_id").notNull(),
    /** The order or the token payment this documents. */
    purchaseId: uuid("purchase_id").notNull(),
    purchaseKind: text("purchase_kind", {
      enum: ["checkout", "auto_top_up", "subscription", "x402", "invoice"],
    }).notNull(),
    /** 0 for the invoice; its corrections count from 1. */
    step: integer("step").notNull(),
    railInvoiceId: text("rail_invoice_id"),
    currency: text("currency", { enum: ["usd"] }).notNull(),
    /** The purchased credits; below 0 on a credit note. */
    netNanos: nanos("net_nanos").notNull(),
    taxNanos: nanos("tax_nanos").notNull(),
    totalNanos: nanos("total_nanos").notNull(),
    /** Purchased and promotional credits that came with it; below 0 on a credit note. */
    creditsNanos: nanos("credits_nanos").notNull(),
    /** As they were when it was issued. */
    sellerDetails: jsonb("seller_details").notNull(),
    customerDetails: jsonb("customer_details").notNull(),
    lines: jsonb("lines").notNull(),
    taxes: jsonb("taxes").notNull(),
    /** How it was or is to be paid, in a line. */
    payment: text("payment").notNull(),
    /** Null on an invoice that is paid later. */
    paidAt: instant("paid_at"),
    /** When that is due. */
    dueAt: instant("due_at"),
    issuedAt: instant("issued_at").notNull(),
  },
  (table) => [
    uniqueIndex("invoice_purchase_step").on(table.purchaseId, table.step),
    unique("invoice_sequence").on(table.seller, table.series, table.year, table.sequence),
    uniqueIndex("invoice_number").on(table.seller, table.number),
    index("invoice_customer").on(table.customerId, table.id),
    check("invoice_total", sql`total_nanos = net_nanos + tax_nanos`),
    check("invoice_sign", sql`(kind = 'credit_note') = (total_nanos < 0) and total_nanos <> 0`),
    check("invoice_paid_or_due", sql`paid_at is not null or due_at is not null`),
    check("invoice_step", sql`(kind = 'invoice') = (step = 0)`),
  ],
);

/** The last number given out; its row is locked until the document that took it is committed, so none is lost. */
export const invoiceCounter = ratebook.table(
  "invoice_counter",
  {
    seller: text("seller").notNull(),
    series: text("series").notNull(),
    year: integer("year").notNull(),
    last: integer("last").notNull(),
  },
  (table) => [primaryKey({ columns: [table.seller, table.series, table.year] })],
);

/** What a customer wants to read on its invoices. */
export const billingDetails = ratebook.table("billing_details", {
  customerId: uuid("customer_id").primaryKey(),
  name: text("name").notNull(),
  email: text("email"),
  address: text("address").array().notNull(),
  country: text("country"),
  vatId: text("vat_id"),
  updatedAt: instant("updated_at").notNull(),
});
