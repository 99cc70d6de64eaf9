export {
  type ChosenRail,
  chooseRail,
  type RailSettings,
  type RailSettingsError,
} from "./choose-rail.ts";
export type { SandboxControls, SubscriptionInvoice } from "./sandbox/controls.ts";
export { createSandbox, type Sandbox, type SandboxOptions } from "./sandbox/create-sandbox.ts";
export { type DeliverWebhook, signWebhook } from "./sandbox/deliver-webhooks.ts";
export { createStripeRail, type StripeRailOptions } from "./stripe/create-stripe-rail.ts";
