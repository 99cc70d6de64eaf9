import type { Nanos } from "@ratebook/core";
import type { EventData } from "./event-kinds.ts";

/** An occasion about money that a customer is told of, once per key. */
export type Notice = { key: string } & (
  | { template: "purchase_receipt"; orderId: string; amount: Nanos; bonus: Nanos }
  /** No money came for a purchase after its payment page was left. */
  | { template: "purchase_failed"; orderId: string; title: string; amount: Nanos; reason: string }
  | { template: "auto_top_up_done"; orderId: string; amount: Nanos; bonus: Nanos }
  | { template: "auto_top_up_failed"; orderId: string; amount: Nanos; reason: string; retryAt: Date }
  | { template: "auto_top_up_suspended"; orderId: string; amount: Nanos; reason: string }
  | { template: "auto_top_up_needs_authentication"; orderId: string; amount: Nanos; url: string }
  /** `amount`: refunded, or disputed, of this purchase so far. */
  | { template: "refund"; orderId: string; amount: Nanos }
  | { template: "dispute"; orderId: string; amount: Nanos }
  /** A period of a plan was paid and its credits were granted. */
  | {
      template: "plan_paid";
      grantId: string;
      name: string;
      paid: Nanos;
      credits: Nanos;
      periodEnd: Date;
      /** The rail's invoice, which is the payment's only document. */
      invoice: { number: string | null; url: string | null };
    }
  /** A period of a plan could not be charged. */
  | { template: "plan_payment_failed"; grantId: string; name: string; amount: Nanos; url: string | null }
  /** Invoices of the operator's own, paid outside; `total` includes taxes, `net` is what becomes credits. */
  | ({ template: "invoice_issued"; title: string; net: Nanos; dueAt: Date } & AboutInvoice)
  | ({ template: "invoice_paid"; credits: Nanos } & AboutInvoice)
  | ({ template: "invoice_overdue"; dueAt: Date; reminder: number } & AboutInvoice)
  | ({ template: "invoice_cancelled" } & AboutInvoice)
  /** `refunded`: now; `refundedSoFar`: with what was refunded before. */
  | ({ template: "invoice_refunded"; refunded: Nanos; refundedSoFar: Nanos } & AboutInvoice)
  | {
      template: "low_balance";
      balance: Nanos;
      /** What it fell below; 1 nano: it is empty. */
      level: Nanos;
      /** Of the last top-up, where the level is a share of it. */
      percent: number | null;
    }
  | { template: "running_out"; balance: Nanos; hoursLeft: bigint; dailyBurn: Nanos }
  | { template: "spend_reached"; period: "day" | "month"; periodStart: Date; limit: Nanos; spent: Nanos }
  | ({ template: "budget_reached" } & EventData["budget.reached"])
  | { template: "credits_expiring"; grantId: string; source: string; amount: Nanos; expiresAt: Date }
  | ({ template: "contract_changes" } & EventData["contract.changes"])
  | ({ template: "shutdown_warning" } & EventData["shutdown.warned"])
  | ({ template: "shutdown_postponed" } & EventData["shutdown.postponed"])
  | ({ template: "shutdown_lifted" } & EventData["shutdown.lifted"])
  | ({ template: "shutdown_stopping" } & EventData["shutdown.stopping"])
  | ({ template: "shutdown_stopped" } & EventData["shutdown.stopped"])
);

type AboutInvoice = { invoiceId: string; number: string; total: Nanos };

export type NoticeTemplate = Notice["template"];
