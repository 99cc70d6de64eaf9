import type { WebhookDelivery, WebhookEndpoint } from "@ratebook/billing";
import { z } from "zod";
import { EventKindName } from "../inputs/webhooks.ts";

export const webhookEndpoint = z
  .object({
    id: z.uuid(),
    url: z.string(),
    description: z.string(),
    events: z.array(EventKindName).meta({ description: "None: every kind its owner may see" }),
    state: z.enum(["active", "disabled"]),
    disabledBecause: z.enum(["by_hand", "failing", "gone"]).nullable(),
    failingSince: z.iso.datetime().nullable(),
    lastSuccessAt: z.iso.datetime().nullable(),
    previousSecretUntil: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: "WebhookEndpoint" });

export const webhookDelivery = z
  .object({
    id: z.uuid(),
    endpointId: z.uuid(),
    url: z.string(),
    eventId: z.uuid().meta({ description: "The header webhook-id of what was sent" }),
    kind: EventKindName,
    state: z.enum(["pending", "delivered", "failed"]),
    attempts: z.int(),
    dueAt: z.iso.datetime().nullable(),
    deliveredAt: z.iso.datetime().nullable(),
    occurredAt: z.iso.datetime(),
    lastStatus: z.int().nullable(),
    lastError: z.string().nullable(),
  })
  .meta({ id: "WebhookDelivery" });

/** An endpoint on the wire. */
export const wireEndpoint = ({ customerId: _owner, ...rest }: WebhookEndpoint) => rest;

/** A delivery on the wire. */
export const wireDelivery = ({ customerId: _owner, createdAt: _at, ...rest }: WebhookDelivery) => rest;
