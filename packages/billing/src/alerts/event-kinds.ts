import type { Nanos } from "@ratebook/core";
import type { BudgetPeriod, SpendingSubject } from "../ledger/post-outcome.ts";

/** What the platform is asked to do with a resource, and the size it is to have. */
export type ResourceOrder = {
  /** Acknowledged by a 2xx, or by `POST /api/v1/resources/intents/{intentId}/acknowledge`. */
  intentId: string;
  resourceId: string;
  kind: string;
  name: string;
  project: string | null;
  cpu: number | null;
  memoryMb: number | null;
  instances: number;
  /** `customer`: somebody asked for it. `credits`: the notice ended and the credits are gone. */
  reason: "customer" | "credits";
};

/** How a customer stands whose resources are going to be stopped. */
export type Shutdown = {
  available: Nanos;
  debt: Nanos;
  /** What a day costs now: running resources, and other usage of late. */
  dailyCost: Nanos;
  /** Resources that run. */
  running: number;
};

/** What each kind of event says, beside its time and whom it is about. Amounts are written as decimal text. */
export type EventData = {
  /** Credits were bought and are in the wallet; `automatic`: by auto top-up. */
  "top_up.settled": { orderId: string; amount: Nanos; bonus: Nanos; automatic: boolean };
  /** Auto top-up's charge was declined; it is tried again after `retryAt`. */
  "top_up.failed": { orderId: string; amount: Nanos; reason: string; retryAt: Date };
  /** Auto top-up was declined too often and waits for another card. */
  "top_up.suspended": { orderId: string; amount: Nanos; reason: string };
  /** Somebody has to confirm auto top-up's charge at `url`. */
  "top_up.authentication_required": { orderId: string; amount: Nanos; url: string };
  /** Of this purchase, so much was refunded so far. */
  "payment.refunded": { orderId: string; refunded: Nanos };
  /** Of this purchase, so much is or was disputed. */
  "payment.disputed": { orderId: string; disputed: Nanos };
  /** No money came for a purchase after its payment page was left; nothing was credited. */
  "payment.failed": { orderId: string; amount: Nanos; reason: string };
  /** A period of a plan was paid, and its credits are in the wallet until `periodEnd`. */
  "plan.paid": { grantId: string; name: string; paid: Nanos; credits: Nanos; periodEnd: Date };
  /** A period of a plan could not be charged; no credits came. */
  "plan.payment_failed": { grantId: string; name: string; amount: Nanos };
  /** An invoice to be paid outside was issued; `credits` come with its payment. */
  "invoice.issued": { invoiceId: string; number: string; total: Nanos; credits: Nanos; dueAt: Date };
  /** It is not paid and its day is over; told again after 7, 14 and 30 days. */
  "invoice.overdue": { invoiceId: string; number: string; total: Nanos; dueAt: Date; reminder: number };
  /** It was cancelled before it was paid. */
  "invoice.cancelled": { invoiceId: string; number: string; total: Nanos };
  /** The balance fell below a level; `percent`: the level is that share of the last top-up. */
  "balance.low": { balance: Nanos; level: Nanos; percent: number | null; empty: boolean };
  /** At the present burn the balance is used up in so many hours. */
  "balance.running_out": { balance: Nanos; hoursLeft: number; dailyBurn: Nanos };
  /** Usage of this UTC day or month reached a limit of the alerts; nothing was stopped. */
  "spend.reached": { period: "day" | "month"; periodStart: Date; limit: Nanos; spent: Nanos };
  /** Usage of a budget's period reached a percentage of its limit; a hard one that is used up refuses gates until it resets. */
  "budget.reached": {
    budgetId: string;
    subject: SpendingSubject;
    /** Null: the organization. */
    subjectId: string | null;
    name: string;
    period: BudgetPeriod;
    periodStart: Date;
    resetsAt: Date;
    limit: Nanos;
    spent: Nanos;
    percent: number;
    hard: boolean;
  };
  /** Credits that are left expire soon. */
  "credits.expiring": { grantId: string; source: string; amount: Nanos; expiresAt: Date };
  /** Everything that runs is stopped at `stopsAt` unless credits come in, and not before. */
  "shutdown.warned": Shutdown & { stopsAt: Date };
  /** A few credits came in: what was to be stopped runs until they are gone too, at about `stopsAt`. */
  "shutdown.postponed": Shutdown & { stopsAt: Date };
  /** The shutdown is off: the credits last again, or nothing is left that could be stopped. */
  "shutdown.lifted": { reason: "credits" | "nothing_runs" };
  /** The 48 hours and the credits are gone: the platform is asked to stop what runs. */
  "shutdown.stopping": Shutdown;
  /** The platform stopped everything. */
  "shutdown.stopped": { debt: Nanos };
  /** What a customer with a contract is sold at, or its terms, change at an instant; `prices`: which and how. */
  "contract.changes": {
    contract: string;
    what: "prices" | "lock_ends" | "ends" | "begins";
    at: Date;
    prices: readonly string[];
  };
  /** Sent on request, to see whether an endpoint works. */
  "webhook.test": { message: string };
  /** An endpoint is no longer told anything: it failed for days, or said that it is gone. */
  "webhook.endpoint_disabled": { endpointId: string; url: string; reason: "failing" | "gone" };
  /** A price in use needs an operator; `what` names the alarm, `subjects` the offerings or sources. */
  "price.alarm": { what: string; message: string; subjects: readonly string[] };
  /** The platform is to run a resource for the first time. */
  "resource.deploy_requested": ResourceOrder;
  /** A resource is to have another size, name or number of instances: the ones in the event. */
  "resource.scale_requested": ResourceOrder;
  /** The platform must stop a resource, and say so with a 2xx. */
  "resource.stop_requested": ResourceOrder;
  /** The platform may start a resource again that it was told to stop. */
  "resource.start_requested": ResourceOrder;
  /** A resource is to be removed for good. */
  "resource.delete_requested": ResourceOrder;
};

export type EventKind = keyof EventData;

/** A value of an event's data as it may be written to JSON. */
export type EventValue = string | number | boolean | null | Nanos | Date | readonly string[];

/**
 * Every kind of event, who may subscribe to it, and what it means. `customer`: the organization it is about, and the
 * platform; `platform`: the platform alone.
 */
export const EVENT_KINDS: { [K in EventKind]: { audience: "customer" | "platform"; meaning: string } } = {
  "top_up.settled": { audience: "customer", meaning: "Credits were bought and are in the wallet." },
  "top_up.failed": {
    audience: "customer",
    meaning: "Auto top-up's charge was declined; it is tried again later.",
  },
  "top_up.suspended": {
    audience: "customer",
    meaning: "Auto top-up was declined too often and waits for another card.",
  },
  "top_up.authentication_required": {
    audience: "customer",
    meaning: "Somebody has to confirm auto top-up's charge.",
  },
  "payment.refunded": { audience: "customer", meaning: "Money of a purchase was refunded." },
  "payment.disputed": { audience: "customer", meaning: "A purchase is disputed at the bank." },
  "payment.failed": { audience: "customer", meaning: "No money came for a purchase." },
  "plan.paid": {
    audience: "customer",
    meaning: "A period of a plan was paid and its credits are in the wallet.",
  },
  "plan.payment_failed": { audience: "customer", meaning: "A period of a plan could not be charged." },
  "invoice.issued": { audience: "customer", meaning: "An invoice to be paid outside was issued." },
  "invoice.overdue": {
    audience: "customer",
    meaning: "An invoice is not paid and its day is over; told again after 7, 14 and 30 days.",
  },
  "invoice.cancelled": { audience: "customer", meaning: "An invoice was cancelled before it was paid." },
  "balance.low": { audience: "customer", meaning: "The balance fell below a level of the alerts." },
  "balance.running_out": {
    audience: "customer",
    meaning: "At the present burn the balance is soon used up.",
  },
  "spend.reached": {
    audience: "customer",
    meaning: "Usage of a day or month reached a limit of the alerts; nothing was stopped.",
  },
  "budget.reached": {
    audience: "customer",
    meaning: "Usage of a budget's period reached a percentage of its limit.",
  },
  "credits.expiring": { audience: "customer", meaning: "Credits that are left expire soon." },
  "shutdown.warned": {
    audience: "customer",
    meaning: "Credits last 48 hours or less: what runs is stopped after them unless more come in.",
  },
  "shutdown.postponed": { audience: "customer", meaning: "A few credits put an announced stop off." },
  "shutdown.lifted": { audience: "customer", meaning: "An announced stop is off." },
  "shutdown.stopping": {
    audience: "customer",
    meaning: "Notice and credits are gone; the platform is asked to stop what runs.",
  },
  "shutdown.stopped": { audience: "customer", meaning: "Everything that ran is stopped." },
  "contract.changes": {
    audience: "customer",
    meaning: "Prices or terms of a contract change within 30 days.",
  },
  "webhook.test": { audience: "customer", meaning: "A test, sent on request." },
  "webhook.endpoint_disabled": {
    audience: "platform",
    meaning: "An endpoint failed for days, or said that it is gone, and is told nothing more.",
  },
  "price.alarm": {
    audience: "platform",
    meaning: "A price in use needs an operator, or a price source missed its freshness objective.",
  },
  "resource.deploy_requested": {
    audience: "platform",
    meaning: "A resource is to be deployed; repeated until it is acknowledged, which says that it runs.",
  },
  "resource.scale_requested": {
    audience: "platform",
    meaning: "A resource is to have another size; repeated until it is acknowledged.",
  },
  "resource.stop_requested": {
    audience: "platform",
    meaning: "A resource must be stopped; repeated until it is acknowledged.",
  },
  "resource.start_requested": {
    audience: "platform",
    meaning: "A resource may be started again; repeated until it is acknowledged.",
  },
  "resource.delete_requested": {
    audience: "platform",
    meaning: "A resource is to be removed; repeated until it is acknowledged.",
  },
};

/** The kinds an owner of endpoints may subscribe to, in the order of the list. */
export const kindsFor = (owner: "customer" | "platform"): EventKind[] =>
  // The list's keys are its type's keys.
  (Object.keys(EVENT_KINDS) as EventKind[]).filter(
    (kind) => owner === "platform" || EVENT_KINDS[kind].audience === "customer",
  );
