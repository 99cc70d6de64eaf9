import { nanos } from "@ratebook/core";
import { z } from "zod";
import { ExternalId, Limit, plainText, shortText } from "./text.ts";

const id = z.uuid().toLowerCase();
const Amount = z
  .bigint()
  .positive()
  .max(1_000_000_000n * 1_000_000_000n)
  .transform(nanos);
const ClientKey = shortText(128).refine((text) => text.length >= 8, "must be at least 8 characters");
const Reason = shortText(500);
/** Of a transfer, or the customer's own. */
const Reference = shortText(120);
const line = z.strictObject({
  description: shortText(200).refine((text) => !/\p{Cc}/u.test(text), "must be one line"),
  amount: Amount,
});

export const IssueCustomInvoiceInput = z.strictObject({
  customer: ExternalId,
  title: shortText(120),
  lines: z.array(line).min(1).max(50),
  taxes: z.array(line).max(10).optional(),
  dueAt: z.date(),
  reference: Reference.optional(),
  idempotencyKey: ClientKey,
});

export const CustomInvoicesInput = z.strictObject({
  customer: ExternalId.optional(),
  state: z.enum(["open", "paid", "void"]).optional(),
  limit: Limit,
  cursor: plainText(600).optional(),
});

export const CustomInvoiceInput = z.strictObject({ id });

export const MarkInvoicePaidInput = z.strictObject({
  id,
  receivedAt: z.date(),
  reference: Reference,
  reason: Reason,
  idempotencyKey: ClientKey,
});

export const VoidCustomInvoiceInput = z.strictObject({ id, reason: Reason });

export const PreviewCustomRefundInput = z.strictObject({ id, amount: Amount.optional() });

export const RefundCustomInvoiceInput = z.strictObject({
  id,
  amount: Amount.optional(),
  reference: Reference,
  reason: Reason,
  /** Spent credits become debt: the customer has agreed. */
  allowDebt: z.boolean().optional(),
  idempotencyKey: ClientKey,
});
