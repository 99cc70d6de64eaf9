import { ZERO_NANOS } from "@ratebook/core";
import type { Announcement } from "./announce-event.ts";
import type { Notice } from "./customer-notice.ts";
import type { EventKind } from "./event-kinds.ts";

type Told = { [K in EventKind]: Pick<Announcement<K>, "kind" | "data"> }[EventKind];

/** The same occasion in the words of webhooks. */
export function noticeEvent(notice: Notice): Told {
  switch (notice.template) {
    case "purchase_receipt":
    case "auto_top_up_done": {
      const { orderId, amount, bonus } = notice;
      const automatic = notice.template === "auto_top_up_done";
      return { kind: "top_up.settled", data: { orderId, amount, bonus, automatic } };
    }
    case "invoice_paid": {
      const { invoiceId, credits } = notice;
      const data = { orderId: invoiceId, amount: credits, bonus: ZERO_NANOS, automatic: false };
      return { kind: "top_up.settled", data };
    }
    case "purchase_failed": {
      const { orderId, amount, reason } = notice;
      return { kind: "payment.failed", data: { orderId, amount, reason } };
    }
    case "plan_paid": {
      const { grantId, name, paid, credits, periodEnd } = notice;
      return { kind: "plan.paid", data: { grantId, name, paid, credits, periodEnd } };
    }
    case "plan_payment_failed": {
      const { grantId, name, amount } = notice;
      return { kind: "plan.payment_failed", data: { grantId, name, amount } };
    }
    case "invoice_issued": {
      const { invoiceId, number, total, net: credits, dueAt } = notice;
      return { kind: "invoice.issued", data: { invoiceId, number, total, credits, dueAt } };
    }
    case "invoice_overdue": {
      const { invoiceId, number, total, dueAt, reminder } = notice;
      return { kind: "invoice.overdue", data: { invoiceId, number, total, dueAt, reminder } };
    }
    case "invoice_cancelled": {
      const { invoiceId, number, total } = notice;
      return { kind: "invoice.cancelled", data: { invoiceId, number, total } };
    }
    case "invoice_refunded": {
      const { invoiceId, refundedSoFar } = notice;
      return { kind: "payment.refunded", data: { orderId: invoiceId, refunded: refundedSoFar } };
    }
    case "auto_top_up_failed": {
      const { orderId, amount, reason, retryAt } = notice;
      return { kind: "top_up.failed", data: { orderId, amount, reason, retryAt } };
    }
    case "auto_top_up_suspended": {
      const { orderId, amount, reason } = notice;
      return { kind: "top_up.suspended", data: { orderId, amount, reason } };
    }
    case "auto_top_up_needs_authentication": {
      const { orderId, amount, url } = notice;
      return { kind: "top_up.authentication_required", data: { orderId, amount, url } };
    }
    case "refund":
      return { kind: "payment.refunded", data: { orderId: notice.orderId, refunded: notice.amount } };
    case "dispute":
      return { kind: "payment.disputed", data: { orderId: notice.orderId, disputed: notice.amount } };
    case "low_balance": {
      const { balance, level, percent } = notice;
      return { kind: "balance.low", data: { balance, level, percent, empty: level <= 1n } };
    }
    case "running_out": {
      const { balance, hoursLeft, dailyBurn } = notice;
      return { kind: "balance.running_out", data: { balance, hoursLeft: Number(hoursLeft), dailyBurn } };
    }
    case "spend_reached": {
      const { period, periodStart, limit, spent } = notice;
      return { kind: "spend.reached", data: { period, periodStart, limit, spent } };
    }
    case "budget_reached": {
      const { template: _template, key: _key, ...data } = notice;
      return { kind: "budget.reached", data };
    }
    case "credits_expiring": {
      const { grantId, source, amount, expiresAt } = notice;
      return { kind: "credits.expiring", data: { grantId, source, amount, expiresAt } };
    }
    case "contract_changes": {
      const { template: _template, key: _key, ...data } = notice;
      return { kind: "contract.changes", data };
    }
    case "shutdown_warning": {
      const { template: _template, key: _key, ...data } = notice;
      return { kind: "shutdown.warned", data };
    }
    case "shutdown_postponed": {
      const { template: _template, key: _key, ...data } = notice;
      return { kind: "shutdown.postponed", data };
    }
    case "shutdown_lifted":
      return { kind: "shutdown.lifted", data: { reason: notice.reason } };
    case "shutdown_stopping": {
      const { template: _template, key: _key, ...data } = notice;
      return { kind: "shutdown.stopping", data };
    }
    case "shutdown_stopped":
      return { kind: "shutdown.stopped", data: { debt: notice.debt } };
  }
}
