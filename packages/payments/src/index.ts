export { createStripeRail, type StripeRailOptions } from "./stripe/create-stripe-rail.ts";
