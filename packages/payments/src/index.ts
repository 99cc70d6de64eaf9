export {
  type ChosenRail,
  chooseRail,
  type RailSettings,
  type RailSettingsError,
} from "./choose-rail.ts";
export type { SandboxControls, SubscriptionInvoice } from "./sandbox/controls.ts";
export { createSandbox, type Sandbox, type SandboxOptions } from "./sandbox/create-sandbox.ts";
export { createSandboxRail, type SandboxRailOptions } from "./sandbox/create-sandbox-rail.ts";
export { type DeliverWebhook, signWebhook } from "./sandbox/deliver-webhooks.ts";
export { createStripeRail, type StripeRailOptions } from "./stripe/create-stripe-rail.ts";
export { type ChosenX402, chooseX402, type X402Settings } from "./x402/choose-x402.ts";
export { createX402Rail, type X402RailOptions } from "./x402/create-x402-rail.ts";
export { httpFacilitator, type X402Facilitator } from "./x402/facilitator.ts";
export { networkOf, type X402Network } from "./x402/networks.ts";
export { type OpenedX402, openX402Rail } from "./x402/open-x402-rail.ts";
