import {
  changeWebhookEndpoint,
  createWebhookEndpoint,
  EVENT_KINDS,
  getAlerts,
  getWebhookDelivery,
  kindsFor,
  listWebhookDeliveries,
  listWebhookEndpoints,
  replayDelivery,
  replayWindow,
  rotateWebhookSecret,
  saveAlerts,
  sendTestEvent,
  speaksForPlatform,
} from "@ratebook/billing";
import { unwrap } from "../failures.ts";
import { CustomerRef } from "../inputs/accounts.ts";
import { SaveAlertsInput } from "../inputs/alerts.ts";
import {
  ChangeWebhookEndpointInput,
  CreateWebhookEndpointInput,
  ReplayWindowInput,
  RotateWebhookSecretInput,
  WebhookDeliveriesInput,
  WebhookRef,
} from "../inputs/webhooks.ts";
import { actorProcedure, router } from "../trpc.ts";

export const alertsRouter = router({
  settings: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await getAlerts(ctx.billing, ctx.actor, input))),
  saveSettings: actorProcedure
    .input(SaveAlertsInput)
    .mutation(async ({ ctx, input }) => unwrap(await saveAlerts(ctx.billing, ctx.actor, input))),
  /** Kinds of events the caller may subscribe to; whoever speaks for the platform and names no customer sees its kinds. */
  eventKinds: actorProcedure.input(CustomerRef).query(({ ctx, input }) => {
    const platform = speaksForPlatform(ctx.actor) && input.customer === undefined;
    return kindsFor(platform ? "platform" : "customer").map((kind) => ({ kind, ...EVENT_KINDS[kind] }));
  }),
  endpoints: actorProcedure
    .input(CustomerRef)
    .query(async ({ ctx, input }) => unwrap(await listWebhookEndpoints(ctx.billing, ctx.actor, input))),
  createEndpoint: actorProcedure
    .input(CreateWebhookEndpointInput)
    .mutation(async ({ ctx, input }) => unwrap(await createWebhookEndpoint(ctx.billing, ctx.actor, input))),
  changeEndpoint: actorProcedure
    .input(ChangeWebhookEndpointInput)
    .mutation(async ({ ctx, input }) => unwrap(await changeWebhookEndpoint(ctx.billing, ctx.actor, input))),
  rotateSecret: actorProcedure
    .input(RotateWebhookSecretInput)
    .mutation(async ({ ctx, input }) => unwrap(await rotateWebhookSecret(ctx.billing, ctx.actor, input))),
  testEndpoint: actorProcedure
    .input(WebhookRef)
    .mutation(async ({ ctx, input }) => unwrap(await sendTestEvent(ctx.billing, ctx.actor, input))),
  deliveries: actorProcedure
    .input(WebhookDeliveriesInput)
    .query(async ({ ctx, input }) => unwrap(await listWebhookDeliveries(ctx.billing, ctx.actor, input))),
  delivery: actorProcedure
    .input(WebhookRef)
    .query(async ({ ctx, input }) => unwrap(await getWebhookDelivery(ctx.billing, ctx.actor, input))),
  replayDelivery: actorProcedure
    .input(WebhookRef)
    .mutation(async ({ ctx, input }) => unwrap(await replayDelivery(ctx.billing, ctx.actor, input))),
  replayWindow: actorProcedure
    .input(ReplayWindowInput)
    .mutation(async ({ ctx, input }) => unwrap(await replayWindow(ctx.billing, ctx.actor, input))),
});
