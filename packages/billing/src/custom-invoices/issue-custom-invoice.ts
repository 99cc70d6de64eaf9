import { createHash } from "node:crypto";
import {
  err,
  formatUsd,
  MAX_USD_NANOS,
  must,
  NANOS_PER_CENT,
  type Nanos,
  nanos,
  ok,
  type Result,
} from "@ratebook/core";
import { inTransaction } from "@ratebook/db";
import { customInvoice } from "@ratebook/db/schema";
import { and, eq } from "drizzle-orm";
import { recordAudit } from "../accounts/record-audit.ts";
import { resolveCustomer } from "../accounts/resolve-customer.ts";
import type { Actor } from "../actor.ts";
import { refuseUnlessOperator } from "../catalog/permission.ts";
import type { Ctx } from "../ctx.ts";
import { writeMissing } from "../invoices/issue-invoice.ts";
import { lockPurchase } from "../invoices/purchase.ts";
import { readSeller } from "../invoices/seller.ts";
import { payerLabel } from "../top-up/payer.ts";
import type { InvalidField } from "../usage/usage-error.ts";
import { type CustomInvoice, type CustomInvoiceError, customInvoiceOf } from "./custom-invoice.ts";
import { tellOfInvoice } from "./tell-invoice.ts";

/** A line that an operator writes: whole cents, more than 0. */
export type WrittenLine = { description: string; amount: Nanos };

export type IssueCustomInvoiceInput = {
  customer: string;
  /** What it is for, in a few words. */
  title: string;
  /** Together the credits that its payment gives. */
  lines: readonly WrittenLine[];
  /** On top; none by default. */
  taxes?: readonly WrittenLine[] | undefined;
  dueAt: Date;
  /** The customer's own, an order number say. */
  reference?: string | undefined;
  idempotencyKey: string;
};

/**
 * Issues an invoice that is paid outside: its numbered document is written and the customer told at once,
 * credits come with the payment.
 *
 * Repeating a key gives the first invoice; the same key with another meaning is `idempotency_conflict`.
 */
export async function issueCustomInvoice(
  ctx: Ctx,
  actor: Actor,
  input: IssueCustomInvoiceInput,
): Promise<Result<CustomInvoice, CustomInvoiceError>> {
  const denied = refuseUnlessOperator(actor);
  if (denied) return err(denied);
  const customer = await resolveCustomer(ctx, actor, input.customer);
  if (!customer.ok) return customer;
  const { taxes = [] } = input;
  const customerId = customer.value.id;
  const meaning = meaningOf(customerId, input);
  const net = sumOf(input.lines);
  const total = net + sumOf(taxes);
  const now = ctx.clock();
  const seller = await readSeller(ctx);
  return inTransaction(ctx.db, async (tx): Promise<Result<CustomInvoice, CustomInvoiceError>> => {
    const byKey = and(
      eq(customInvoice.customerId, customerId),
      eq(customInvoice.clientKey, input.idempotencyKey),
    );
    const [earlier] = await tx.select().from(customInvoice).where(byKey);
    if (earlier !== undefined) return sameInvoice(earlier, meaning);
    const invalid = invalidInvoice(input, net, total, now);
    if (invalid) return err(invalid);
    const [row] = await tx
      .insert(customInvoice)
      .values({
        id: ctx.newId(),
        customerId,
        clientKey: input.idempotencyKey,
        meaning,
        title: input.title,
        lines: input.lines.map(storedLine),
        taxes: taxes.map(storedLine),
        netNanos: net,
        totalNanos: total,
        reference: input.reference ?? null,
        dueAt: input.dueAt,
        state: "open",
        issuedBy: payerLabel(actor),
        createdAt: now,
      })
      .onConflictDoNothing()
      .returning();
    if (row === undefined) {
      // Somebody else used the key a moment ago.
      const [first] = await tx.select().from(customInvoice).where(byKey);
      return sameInvoice(must(first, "a key that conflicts is there"), meaning);
    }
    const purchase = must(await lockPurchase(tx, row.id), "an invoice that was written is found");
    await writeMissing(ctx, tx, seller, purchase);
    await recordAudit(ctx, tx, actor, {
      action: "custom_invoice.issue",
      subject: row.id,
      customerId,
      after: {
        title: row.title,
        net: formatUsd(net),
        total: formatUsd(nanos(total)),
        dueAt: row.dueAt.toISOString(),
      },
    });
    await tellOfInvoice(ctx, tx, row, {
      template: "invoice_issued",
      key: `invoice-issued:${row.id}`,
      title: row.title,
      net,
      dueAt: row.dueAt,
    });
    return ok(customInvoiceOf(row));
  });
}

const sumOf = (lines: readonly WrittenLine[]): Nanos =>
  nanos(lines.reduce((sum, { amount }) => sum + amount, 0n));

const storedLine = ({ description, amount }: WrittenLine) => ({ description, amount: formatUsd(amount) });

function invalidInvoice(
  { lines, taxes = [], dueAt }: IssueCustomInvoiceInput,
  net: bigint,
  total: bigint,
  now: Date,
): InvalidField | null {
  const invalid = (field: string, message: string): InvalidField => ({
    kind: "validation_error",
    field,
    message,
  });
  for (const [field, written] of [
    ["lines", lines],
    ["taxes", taxes],
  ] as const) {
    if (written.some(({ amount }) => amount <= 0n || amount % NANOS_PER_CENT !== 0n)) {
      return invalid(field, "must be amounts of whole cents, more than 0");
    }
  }
  if (net <= 0n) return invalid("lines", "must name at least one line");
  if (total > MOST) return invalid("lines", `must come to at most ${formatUsd(MOST)}`);
  return dueAt < now ? invalid("dueAt", "must be in the future") : null;
}

/** What the key means: everything the document says. */
function meaningOf(
  customerId: string,
  { title, lines, taxes = [], dueAt, reference }: IssueCustomInvoiceInput,
): string {
  const said = [
    customerId,
    title,
    lines.map(storedLine),
    taxes.map(storedLine),
    dueAt.toISOString(),
    reference ?? null,
  ];
  return createHash("sha256").update(JSON.stringify(said)).digest("hex");
}

function sameInvoice(
  row: typeof customInvoice.$inferSelect,
  meaning: string,
): Result<CustomInvoice, CustomInvoiceError> {
  if (row.meaning === meaning) return ok(customInvoiceOf(row));
  return err({
    kind: "idempotency_conflict",
    message: "This idempotency key was used before for another invoice.",
  });
}

/** As much as a grant may be. */
const MOST = nanos(MAX_USD_NANOS / 1000n);
