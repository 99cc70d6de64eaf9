import type { CustomInvoiceError, InvoiceNotFound, PdfNotConfigured } from "@ratebook/billing";
import type { Failure } from "./failures.ts";

/** What can go wrong with documents, beside what every area knows. */
export type InvoiceFailure =
  | InvoiceNotFound
  | PdfNotConfigured
  | Extract<CustomInvoiceError, { kind: "custom_invoice_not_found" | "custom_invoice_state" }>;

/** One row a kind. */
export const invoiceFailures: {
  [K in InvoiceFailure["kind"]]: Failure<Extract<InvoiceFailure, { kind: K }>>;
} = {
  invoice_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No invoice of yours has the id ${it.id}.`,
  },
  custom_invoice_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No invoice of the operator's own has the id ${it.id}.`,
  },
  custom_invoice_state: {
    trpc: "CONFLICT",
    http: 409,
    code: "invoice_state",
    sentence: (it) => it.message,
  },
  pdf_not_configured: {
    trpc: "SERVICE_UNAVAILABLE",
    http: 503,
    code: "pdf_not_configured",
    sentence: () => "This server draws no PDF; ask for JSON.",
  },
};
