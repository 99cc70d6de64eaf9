import {
  BillingDetails,
  drawInvoice,
  getBillingDetails,
  getInvoice,
  listInvoices,
  readSeller,
  Seller,
  saveBillingDetails,
  saveSeller,
} from "@ratebook/billing";
import { z } from "zod";
import { unwrap } from "../failures.ts";
import { CustomerRef } from "../inputs/accounts.ts";
import { InvoiceInput, InvoicesInput } from "../inputs/invoices.ts";
import { ExternalId } from "../inputs/text.ts";
import { actorProcedure, operatorProcedure, router } from "../trpc.ts";

export const invoicesRouter = router({
  /** A customer's documents; everybody's for an operator who names none. */
  list: actorProcedure
    .input(InvoicesInput)
    .query(async ({ ctx, input }) => unwrap(await listInvoices(ctx.billing, ctx.actor, input))),
  get: actorProcedure
    .input(InvoiceInput)
    .query(async ({ ctx, input }) => unwrap(await getInvoice(ctx.billing, ctx.actor, input))),
  /** The document drawn, and the name to save it under. */
  pdf: actorProcedure
    .input(InvoiceInput)
    .query(async ({ ctx, input }) => unwrap(await drawInvoice(ctx.billing, ctx.actor, input))),
  /** What the customer's next invoice will say of it. */
  details: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await getBillingDetails(ctx.billing, ctx.actor, input))),
  saveDetails: actorProcedure
    .input(z.strictObject({ ...BillingDetails.shape, customer: ExternalId.optional() }))
    .mutation(async ({ ctx, input }) => unwrap(await saveBillingDetails(ctx.billing, ctx.actor, input))),
  seller: operatorProcedure.query(({ ctx }) => readSeller(ctx.billing)),
  saveSeller: operatorProcedure
    .input(Seller)
    .mutation(async ({ ctx, input }) => unwrap(await saveSeller(ctx.billing, ctx.actor, input))),
});
