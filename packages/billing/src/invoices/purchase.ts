import { NANOS_PER_CENT } from "@ratebook/core";
import type { Transaction } from "@ratebook/db";
import {
  customInvoice,
  paymentDispute,
  paymentOrder,
  paymentRefund,
  x402Settlement,
} from "@ratebook/db/schema";
import { and, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { InvoiceLine, type InvoiceRow } from "./invoice.ts";

/** A purchase in the terms of its documents. */
export type Purchase = {
  id: string;
  kind: InvoiceRow["purchaseKind"];
  customerId: string;
  title: string;
  net: bigint;
  /** What was paid, tax included. */
  total: bigint;
  credits: bigint;
  bonus: bigint;
  /** Of the total, what went back for good: refunds that succeeded and lost disputes. */
  returned: bigint;
  test: boolean;
  railInvoiceId: string | null;
  payment: string;
  /** Null where it is invoiced before it is paid. */
  paidAt: Date | null;
  dueAt: Date | null;
  /** What the operator wrote into an invoice of its own; elsewhere the purchase says it. */
  written: { lines: InvoiceLine[]; taxes: InvoiceLine[] } | null;
  /** Cancelled before it was paid. */
  voided: boolean;
};

/**
 * Reads a purchase, whichever rail took the money, and locks it until the transaction ends, so that two of its documents
 * are never written at once. Null where it is not settled, or there is none; one that the operator invoices has its
 * documents from the start.
 */
export async function lockPurchase(tx: Transaction, id: string): Promise<Purchase | null> {
  return (await lockOrder(tx, id)) ?? (await lockTokenPayment(tx, id)) ?? (await lockCustomInvoice(tx, id));
}

async function lockOrder(tx: Transaction, id: string): Promise<Purchase | null> {
  const [order] = await tx.select().from(paymentOrder).where(eq(paymentOrder.id, id)).for("update");
  if (order === undefined || order.settledAt === null) return null;
  const cents = sql<bigint>`coalesce(sum(amount_cents), 0)::int8`;
  const [refunded] = await tx
    .select({ cents })
    .from(paymentRefund)
    .where(and(eq(paymentRefund.orderId, id), eq(paymentRefund.state, "succeeded")));
  const [lost] = await tx
    .select({ cents })
    .from(paymentDispute)
    .where(and(eq(paymentDispute.orderId, id), eq(paymentDispute.state, "lost")));
  const back = (refunded?.cents ?? 0n) + (lost?.cents ?? 0n);
  const card = order.cardBrand === null ? "card" : `${order.cardBrand} ending in ${order.cardLastFour ?? ""}`;
  return {
    id: order.id,
    kind: order.kind,
    customerId: order.customerId,
    title: order.title,
    net: order.creditsNanos,
    total: order.amountCents * NANOS_PER_CENT,
    credits: order.creditsNanos,
    bonus: order.bonusNanos,
    // A payment can be refunded and disputed too; more than all of it never comes off an invoice.
    returned: (back < order.amountCents ? back : order.amountCents) * NANOS_PER_CENT,
    test: order.test,
    railInvoiceId: order.railInvoiceId,
    payment: `Paid by ${card}`,
    paidAt: order.settledAt,
    ...PAID_AT_ONCE,
  };
}

async function lockTokenPayment(tx: Transaction, id: string): Promise<Purchase | null> {
  const [paid] = await tx.select().from(x402Settlement).where(eq(x402Settlement.id, id)).for("update");
  if (paid === undefined || paid.settledAt === null) return null;
  return {
    id: paid.id,
    kind: "x402",
    customerId: paid.customerId,
    title: "Credits paid by token",
    net: paid.creditsNanos,
    total: paid.creditsNanos,
    credits: paid.creditsNanos,
    bonus: 0n,
    returned: 0n,
    test: TEST_NETWORKS.has(paid.network),
    railInvoiceId: null,
    payment: `Paid on ${paid.network}, transaction ${paid.transaction ?? ""}`,
    paidAt: paid.settledAt,
    ...PAID_AT_ONCE,
  };
}

async function lockCustomInvoice(tx: Transaction, id: string): Promise<Purchase | null> {
  const [row] = await tx.select().from(customInvoice).where(eq(customInvoice.id, id)).for("update");
  if (row === undefined) return null;
  const voided = row.state === "void";
  const reference = row.reference === null ? "" : `, your reference ${row.reference}`;
  return {
    id: row.id,
    kind: "invoice",
    customerId: row.customerId,
    title: row.title,
    net: row.netNanos,
    total: row.totalNanos,
    credits: row.netNanos,
    bonus: 0n,
    returned: voided ? row.totalNanos : row.refundedNanos,
    test: false,
    railInvoiceId: null,
    payment: `To be paid by ${row.dueAt.toISOString().slice(0, 10)}${reference}`,
    paidAt: row.paidAt,
    dueAt: row.dueAt,
    written: { lines: z.array(InvoiceLine).parse(row.lines), taxes: z.array(InvoiceLine).parse(row.taxes) },
    voided,
  };
}

const PAID_AT_ONCE = { dueAt: null, written: null, voided: false } as const;

/** Chains whose tokens are worth nothing: Hardhat's own, Base Sepolia, Ethereum Sepolia. */
const TEST_NETWORKS = new Set(["eip155:31337", "eip155:84532", "eip155:11155111"]);
