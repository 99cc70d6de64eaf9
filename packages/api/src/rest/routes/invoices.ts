import { documentDollars, type Invoice } from "@ratebook/billing";
import { formatUsd, ZERO_NANOS } from "@ratebook/core";
import { z } from "zod";
import { Limit, plainText } from "../../inputs/text.ts";
import { exactNumber } from "../exact-number.ts";
import { usdNumber, usdText } from "../money-schema.ts";
import { route } from "../route.ts";

const STATUSES = ["paid", "partially_refunded", "refunded", "open", "void", "issued"] as const;

const invoice = z
  .looseObject({
    id: z.uuid(),
    number: z.string(),
    stripeInvoiceId: z.string().nullable(),
    date: z.iso.datetime(),
    total: z.string().meta({ description: "As documents write it", example: "$50.00" }),
    totalUsd: usdText,
    status: z.enum(STATUSES).meta({ description: "Of an invoice what became of it; corrections are issued" }),
    type: z.enum([
      "checkout",
      "auto_top_up",
      "subscription",
      "x402",
      "invoice",
      "credit_note",
      "reinstatement",
    ]),
    test: z.boolean().meta({ description: "True: nobody paid real money" }),
    invoiceUrl: z.string(),
    invoicePdf: z.string(),
    creditsAdded: usdNumber,
  })
  .meta({ id: "Invoice" });
const line = z.object({ description: z.string(), amount: usdText });
const detail = invoice.extend({
  lines: z.array(line),
  taxes: z.array(line),
  subtotalUsd: usdText,
  taxUsd: usdText,
});

export const invoiceRoutes = [
  route({
    method: "get",
    path: "/api/invoices/list",
    operationId: "listInvoices",
    tag: "Purchases",
    summary: "List invoices and their corrections, newest first",
    auth: "key",
    query: z.strictObject({ limit: Limit, cursor: plainText(600).optional() }),
    noStore: true,
    responses: {
      200: {
        description: "A page of them; `count` is how many there are",
        schema: z.object({
          invoices: z.array(invoice),
          count: z.int(),
          nextCursor: z.string().nullable(),
        }),
      },
    },
    handle: async ({ caller, customer, query }) => {
      const { items, total, nextCursor } = await caller.invoices.list({ customer, ...query });
      return { status: 200, body: { invoices: items.map(wireInvoice), count: total, nextCursor } };
    },
  }),
  route({
    method: "get",
    path: "/api/invoices/{id}",
    operationId: "getInvoice",
    tag: "Purchases",
    summary: "Download an invoice as PDF, or read it as JSON",
    description: "The PDF comes for `format=pdf` or `Accept: application/pdf`, JSON otherwise.",
    auth: "key",
    params: z.object({ id: z.uuid().toLowerCase() }),
    query: z.strictObject({ format: z.enum(["pdf", "json"]).optional() }),
    headers: { Accept: { description: "`application/pdf` for the PDF" } },
    noStore: true,
    responses: { 200: { description: "The invoice", schema: z.object({ invoice: detail }) } },
    handle: async ({ caller, customer, params, query, header }) => {
      const wanted = query.format ?? (/\bapplication\/pdf\b/i.test(header("accept") ?? "") ? "pdf" : "json");
      const input = { customer, id: params.id };
      if (wanted === "json") {
        return { status: 200, body: { invoice: wireDetail(await caller.invoices.get(input)) } };
      }
      const { name, pdf } = await caller.invoices.pdf(input);
      return {
        status: 200,
        body: pdf,
        headers: {
          "content-type": "application/pdf",
          // Numbers hold capitals, digits and hyphens only, so the name needs no escape.
          "content-disposition": `attachment; filename="${name}"`,
          vary: "accept",
        },
      };
    },
  }),
];

function wireInvoice(it: Invoice): Record<string, unknown> {
  const url = `/api/invoices/${it.id}`;
  return {
    id: it.id,
    number: it.number,
    stripeInvoiceId: it.railInvoiceId,
    date: it.issuedAt,
    total: documentDollars(it.total),
    totalUsd: formatUsd(it.total),
    status: statusOf(it),
    type: it.kind === "invoice" ? it.purchaseKind : it.kind,
    test: it.test,
    invoiceUrl: url,
    invoicePdf: `${url}?format=pdf`,
    // What is not paid has added nothing yet, and what is cancelled never will.
    creditsAdded: exactNumber(it.standing === "paid" ? it.credits : ZERO_NANOS),
  };
}

const wireDetail = (it: Invoice): Record<string, unknown> => ({
  ...wireInvoice(it),
  corrects: it.corrects,
  seller: it.seller,
  customer: it.customer,
  lines: it.lines,
  taxes: it.taxes,
  subtotalUsd: formatUsd(it.net),
  taxUsd: formatUsd(it.tax),
  creditedBackUsd: formatUsd(it.creditedBack),
  payment: it.payment,
  paidAt: it.paidAt,
  dueAt: it.dueAt,
});

function statusOf({ kind, standing, creditedBack, total }: Invoice): (typeof STATUSES)[number] {
  if (kind !== "invoice") return "issued";
  if (standing !== "paid") return standing;
  if (creditedBack === ZERO_NANOS) return "paid";
  return creditedBack < total ? "partially_refunded" : "refunded";
}
