import {
  getCustomInvoice,
  issueCustomInvoice,
  listCustomInvoices,
  markInvoicePaid,
  previewCustomRefund,
  refundCustomInvoice,
  voidCustomInvoice,
} from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import {
  CustomInvoiceInput,
  CustomInvoicesInput,
  IssueCustomInvoiceInput,
  MarkInvoicePaidInput,
  PreviewCustomRefundInput,
  RefundCustomInvoiceInput,
  VoidCustomInvoiceInput,
} from "../inputs/custom-invoices.ts";
import { operatorProcedure, router } from "../trpc.ts";

/** Invoices that the operator issues and the customer pays outside. */
export const customInvoicesRouter = router({
  list: operatorProcedure
    .input(CustomInvoicesInput)
    .query(async ({ ctx, input }) => unwrap(await listCustomInvoices(ctx.billing, ctx.actor, input))),
  get: operatorProcedure
    .input(CustomInvoiceInput)
    .query(async ({ ctx, input }) => unwrap(await getCustomInvoice(ctx.billing, ctx.actor, input))),
  issue: operatorProcedure
    .input(IssueCustomInvoiceInput)
    .mutation(async ({ ctx, input }) => unwrap(await issueCustomInvoice(ctx.billing, ctx.actor, input))),
  markPaid: operatorProcedure
    .input(MarkInvoicePaidInput)
    .mutation(async ({ ctx, input }) => unwrap(await markInvoicePaid(ctx.billing, ctx.actor, input))),
  void: operatorProcedure
    .input(VoidCustomInvoiceInput)
    .mutation(async ({ ctx, input }) => unwrap(await voidCustomInvoice(ctx.billing, ctx.actor, input))),
  previewRefund: operatorProcedure
    .input(PreviewCustomRefundInput)
    .query(async ({ ctx, input }) => unwrap(await previewCustomRefund(ctx.billing, ctx.actor, input))),
  refund: operatorProcedure
    .input(RefundCustomInvoiceInput)
    .mutation(async ({ ctx, input }) => unwrap(await refundCustomInvoice(ctx.billing, ctx.actor, input))),
});
