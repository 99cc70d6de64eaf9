import { z } from "zod";
import { OnlyCustomerBody } from "../../inputs/payments.ts";
import {
  ChangeWebhookEndpointInput,
  CreateWebhookEndpointInput,
  EventKindName,
  ReplayWindowInput,
  RotateWebhookSecretInput,
  WebhookDeliveriesInput,
} from "../../inputs/webhooks.ts";
import { route } from "../route.ts";
import { webhookDelivery, webhookEndpoint, wireDelivery, wireEndpoint } from "../webhook-wire.ts";

const TAG = "Webhooks";
const WHOSE =
  "For service keys: with `customers:write` or `webhooks:write` for the customer that X-Customer or `customer` names, with `webhooks:write` and no customer for the platform's own.";
const READABLE = "A customer's own key with `read` sees its own; service keys as for changing.";
const id = z.object({ id: z.uuid().toLowerCase() });
const endpoint = z.object({ success: z.literal(true), endpoint: webhookEndpoint });
const replayed = z.object({
  success: z.literal(true),
  replayed: z.int().meta({ description: "Deliveries that are on their way again" }),
});

export const webhookRoutes = [
  route({
    method: "get",
    path: "/api/v1/webhooks/kinds",
    operationId: "listWebhookKinds",
    tag: TAG,
    summary: "Kinds of events that may be subscribed to, with what each means",
    auth: "key",
    responses: {
      200: {
        description: "Every kind the caller's endpoints may see",
        schema: z.object({ kinds: z.array(z.object({ kind: EventKindName, meaning: z.string() })) }),
      },
    },
    handle: async ({ caller, customer }) => {
      const kinds = await caller.alerts.eventKinds({ customer });
      return { status: 200, body: { kinds: kinds.map(({ kind, meaning }) => ({ kind, meaning })) } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/webhooks/endpoints",
    operationId: "listWebhookEndpoints",
    tag: TAG,
    summary: "Endpoints, oldest first; there are at most 20",
    description: READABLE,
    auth: "key",
    refusals: [404],
    responses: {
      200: { description: "The endpoints", schema: z.object({ endpoints: z.array(webhookEndpoint) }) },
    },
    handle: async ({ caller, customer }) => ({
      status: 200,
      body: { endpoints: (await caller.alerts.endpoints({ customer })).map(wireEndpoint) },
    }),
  }),
  route({
    method: "post",
    path: "/api/v1/webhooks/endpoints",
    operationId: "createWebhookEndpoint",
    tag: TAG,
    summary: "Create an endpoint; its secret is shown in this answer alone",
    description: `${WHOSE} Each call makes another endpoint: after a lost answer list them and delete the one too many.`,
    auth: "key",
    body: CreateWebhookEndpointInput,
    example: { url: "https://example.com/ratebook", events: ["top_up.settled", "balance.low"] },
    noStore: true,
    refusals: [404],
    responses: {
      201: {
        description: "The endpoint, with the secret that signs what is sent to it",
        schema: endpoint.extend({ secret: z.string() }),
      },
    },
    handle: async ({ caller, customer, body }) => {
      const { secret, ...made } = await caller.alerts.createEndpoint({ ...body, customer });
      return { status: 201, body: { success: true, endpoint: wireEndpoint(made), secret } };
    },
  }),
  route({
    method: "patch",
    path: "/api/v1/webhooks/endpoints/{id}",
    operationId: "changeWebhookEndpoint",
    tag: TAG,
    summary: "Change an endpoint, switch it off or on again",
    description: WHOSE,
    auth: "key",
    params: id,
    body: ChangeWebhookEndpointInput.omit({ id: true }).extend({
      state: z.enum(["active", "disabled"]).optional(),
    }),
    example: { state: "active" },
    refusals: [404],
    responses: { 200: { description: "The endpoint as it is now", schema: endpoint } },
    handle: async ({ caller, customer, params, body }) => ({
      status: 200,
      body: {
        success: true,
        endpoint: wireEndpoint(await caller.alerts.changeEndpoint({ ...body, ...params, customer })),
      },
    }),
  }),
  route({
    method: "delete",
    path: "/api/v1/webhooks/endpoints/{id}",
    operationId: "deleteWebhookEndpoint",
    tag: TAG,
    summary: "Delete an endpoint: it is told nothing more",
    description: `${WHOSE} Its deliveries stay in the log for their 30 days.`,
    auth: "key",
    params: id,
    refusals: [404],
    responses: {
      200: { description: "It is gone", schema: z.object({ success: z.literal(true), id: z.uuid() }) },
    },
    handle: async ({ caller, customer, params }) => {
      await caller.alerts.changeEndpoint({ ...params, customer, state: "removed" });
      return { status: 200, body: { success: true, id: params.id } };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/webhooks/endpoints/{id}/rotate-secret",
    operationId: "rotateWebhookSecret",
    tag: TAG,
    summary: "Give an endpoint a new secret, shown in this answer alone",
    description: `${WHOSE} Until the overlap ends every message carries a signature by each of the two.`,
    auth: "key",
    params: id,
    body: RotateWebhookSecretInput.omit({ id: true }).optional(),
    example: { overlapHours: 24 },
    noStore: true,
    refusals: [404],
    responses: {
      200: {
        description: "The new secret, and until when the one before it signs too",
        schema: z.object({
          success: z.literal(true),
          id: z.uuid(),
          secret: z.string(),
          previousSecretUntil: z.iso.datetime().nullable(),
        }),
      },
    },
    handle: async ({ caller, customer, params, body }) => ({
      status: 200,
      body: { success: true, ...(await caller.alerts.rotateSecret({ ...body, ...params, customer })) },
    }),
  }),
  route({
    method: "post",
    path: "/api/v1/webhooks/endpoints/{id}/test",
    operationId: "testWebhookEndpoint",
    tag: TAG,
    summary: "Send an endpoint a test, whatever kinds it takes",
    description: WHOSE,
    auth: "key",
    params: id,
    body: OnlyCustomerBody,
    refusals: [404],
    responses: {
      200: {
        description: "The test is on its way",
        schema: z.object({ success: z.literal(true), eventId: z.uuid() }),
      },
    },
    handle: async ({ caller, customer, params }) => ({
      status: 200,
      body: { success: true, ...(await caller.alerts.testEndpoint({ ...params, customer })) },
    }),
  }),
  route({
    method: "post",
    path: "/api/v1/webhooks/endpoints/{id}/replay",
    operationId: "replayWebhookWindow",
    tag: TAG,
    summary: "Send an endpoint again what it missed within a window",
    description: `${WHOSE} What failed and what it was not told while it was disabled or new; with \`delivered\` also what arrived. At most 10,000 events, oldest first.`,
    auth: "key",
    params: id,
    body: ReplayWindowInput.omit({ endpointId: true }),
    example: { from: "2026-11-22T00:00:00Z", to: "2026-11-23T00:00:00Z" },
    refusals: [404],
    responses: { 200: { description: "How many were found", schema: replayed } },
    handle: async ({ caller, customer, params, body }) => ({
      status: 200,
      body: {
        success: true,
        ...(await caller.alerts.replayWindow({ ...body, endpointId: params.id, customer })),
      },
    }),
  }),
  route({
    method: "get",
    path: "/api/v1/webhooks/deliveries",
    operationId: "listWebhookDeliveries",
    tag: TAG,
    summary: "The delivery log: failed ones first, then those that wait, then those that arrived",
    description: READABLE,
    auth: "key",
    query: WebhookDeliveriesInput.omit({ customer: true, all: true }),
    refusals: [404],
    responses: {
      200: {
        description: "A page of deliveries, newest first in each state",
        schema: z.object({ deliveries: z.array(webhookDelivery), nextCursor: z.string().nullable() }),
      },
    },
    handle: async ({ caller, customer, query }) => {
      const { items, nextCursor } = await caller.alerts.deliveries({ ...query, customer });
      return { status: 200, body: { deliveries: items.map(wireDelivery), nextCursor } };
    },
  }),
  route({
    method: "get",
    path: "/api/v1/webhooks/deliveries/{id}",
    operationId: "getWebhookDelivery",
    tag: TAG,
    summary: "A delivery with the body that is sent and every try",
    description: READABLE,
    auth: "key",
    params: id,
    refusals: [404],
    responses: {
      200: {
        description: "The delivery",
        schema: z.object({
          delivery: webhookDelivery.extend({
            body: z.string(),
            tries: z.array(
              z.object({
                at: z.iso.datetime(),
                tookMs: z.int(),
                status: z.int().nullable(),
                excerpt: z.string().nullable().meta({ description: "The beginning of the answer" }),
                error: z.string().nullable(),
              }),
            ),
          }),
        }),
      },
    },
    handle: async ({ caller, customer, params }) => {
      const { body, tries, ...delivery } = await caller.alerts.delivery({ ...params, customer });
      return { status: 200, body: { delivery: { ...wireDelivery(delivery), body, tries } } };
    },
  }),
  route({
    method: "post",
    path: "/api/v1/webhooks/deliveries/{id}/replay",
    operationId: "replayWebhookDelivery",
    tag: TAG,
    summary: "Send one delivery again",
    description: WHOSE,
    auth: "key",
    params: id,
    body: OnlyCustomerBody,
    refusals: [404],
    responses: { 200: { description: "It is on its way", schema: replayed } },
    handle: async ({ caller, customer, params }) => ({
      status: 200,
      body: { success: true, ...(await caller.alerts.replayDelivery({ ...params, customer })) },
    }),
  }),
];
