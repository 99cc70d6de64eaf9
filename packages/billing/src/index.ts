export { isDatabaseDown } from "@ratebook/db";
export {
  type ResolveCustomerError,
  type ResolvedCustomer,
  resolveCustomer,
} from "./accounts/resolve-customer.ts";
export { type Actor, actorLabel, hasScope, SCOPES, type Scope } from "./actor.ts";
export type { Catalogue, PinnedVersions, PricedOffering } from "./catalog/catalogue.ts";
export type { Ctx } from "./ctx.ts";
export type { Jobs, Log, Mail, Mailer } from "./ports.ts";
