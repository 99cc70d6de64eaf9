import type { EventKind } from "@ratebook/billing";
import { z } from "zod";
import { anyText, ExternalId, Limit, plainText, shortText } from "./text.ts";

// Spelled out, so that forms in a browser do not load the billing package; a list that lacks a kind does not compile.
export const EventKindName = z.enum({
  "top_up.settled": "top_up.settled",
  "top_up.failed": "top_up.failed",
  "top_up.suspended": "top_up.suspended",
  "top_up.authentication_required": "top_up.authentication_required",
  "payment.refunded": "payment.refunded",
  "payment.disputed": "payment.disputed",
  "payment.failed": "payment.failed",
  "plan.paid": "plan.paid",
  "plan.payment_failed": "plan.payment_failed",
  "invoice.issued": "invoice.issued",
  "invoice.overdue": "invoice.overdue",
  "invoice.cancelled": "invoice.cancelled",
  "balance.low": "balance.low",
  "balance.running_out": "balance.running_out",
  "spend.reached": "spend.reached",
  "budget.reached": "budget.reached",
  "credits.expiring": "credits.expiring",
  "shutdown.warned": "shutdown.warned",
  "shutdown.postponed": "shutdown.postponed",
  "shutdown.lifted": "shutdown.lifted",
  "shutdown.stopping": "shutdown.stopping",
  "shutdown.stopped": "shutdown.stopped",
  "contract.changes": "contract.changes",
  "webhook.test": "webhook.test",
  "webhook.endpoint_disabled": "webhook.endpoint_disabled",
  "price.alarm": "price.alarm",
  "resource.deploy_requested": "resource.deploy_requested",
  "resource.scale_requested": "resource.scale_requested",
  "resource.stop_requested": "resource.stop_requested",
  "resource.start_requested": "resource.start_requested",
  "resource.delete_requested": "resource.delete_requested",
} as const satisfies { [K in EventKind]: K });

const url = shortText(2_000).meta({
  description: "An https address",
  example: "https://example.com/ratebook",
});
const events = z.array(EventKindName).max(100).meta({ description: "Kinds to send; none: every kind" });
const description = anyText(200);

export const CreateWebhookEndpointInput = z.strictObject({
  customer: ExternalId.optional(),
  url,
  description: description.optional(),
  events: events.optional(),
});

export const ChangeWebhookEndpointInput = z.strictObject({
  customer: ExternalId.optional(),
  id: z.uuid().toLowerCase(),
  url: url.optional(),
  description: description.optional(),
  events: events.optional(),
  state: z.enum(["active", "disabled", "removed"]).optional(),
});

export const RotateWebhookSecretInput = z.strictObject({
  customer: ExternalId.optional(),
  id: z.uuid().toLowerCase(),
  overlapHours: z.int().min(0).max(168).optional().meta({
    description: "How long the secret until now signs too; a day where absent",
  }),
});

/** Names an endpoint or a delivery, and with `customer` whose it is. */
export const WebhookRef = z.strictObject({ customer: ExternalId.optional(), id: z.uuid().toLowerCase() });

export const WebhookDeliveriesInput = z.strictObject({
  customer: ExternalId.optional(),
  all: z.boolean().optional(),
  endpointId: z.uuid().toLowerCase().optional(),
  state: z.enum(["pending", "delivered", "failed"]).optional(),
  kind: EventKindName.optional(),
  limit: Limit,
  cursor: plainText(600).optional(),
});

export const ReplayWindowInput = z.strictObject({
  customer: ExternalId.optional(),
  endpointId: z.uuid().toLowerCase(),
  from: z.coerce.date(),
  to: z.coerce.date(),
  delivered: z.boolean().optional().meta({ description: "Also what arrived; false where absent" }),
});
