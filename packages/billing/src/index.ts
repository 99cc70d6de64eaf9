export { isDatabaseDown } from "@ratebook/db";
export { type CreatedKey, type CreateKeyError, type CreateKeyInput, createKey } from "./accounts/create-key.ts";
export { type ImportKeyInput, importKey } from "./accounts/import-key.ts";
export { createKeepingMailer } from "./accounts/keep-mail.ts";
export { createKeyRing, type KeyRing } from "./accounts/key-ring.ts";
export type { KeyKind } from "./accounts/key-rules.ts";
export { type AuditEntry, type ListAuditInput, listAudit } from "./accounts/list-audit.ts";
export { type ListedKey, listKeys } from "./accounts/list-keys.ts";
export { type KeptMail, listMails } from "./accounts/list-mails.ts";
export {
  type CustomerStanding,
  getCustomer,
  type ListCustomersInput,
  listCustomers,
} from "./accounts/read-customers.ts";
export { type AuditNote, recordAudit } from "./accounts/record-audit.ts";
export {
  type ResolveCustomerError,
  type ResolvedCustomer,
  resolveCustomer,
} from "./accounts/resolve-customer.ts";
export { type RevokeKeyError, revokeKey } from "./accounts/revoke-key.ts";
export { type UpsertAgentInput, upsertAgent } from "./accounts/upsert-agent.ts";
export { type UpsertAppInput, upsertApp } from "./accounts/upsert-app.ts";
export {
  type Customer,
  type CustomerDetails,
  type CustomerWriteError,
  createCustomer,
  type UpsertCustomerInput,
  upsertCustomer,
} from "./accounts/upsert-customer.ts";
export { type Actor, actorLabel, hasScope, SCOPES, type Scope } from "./actor.ts";
export type { Catalogue, PinnedVersions, PricedOffering } from "./catalog/catalogue.ts";
export type { Ctx } from "./ctx.ts";
export { opId } from "./ledger/op-id.ts";
export { type Overview, overview } from "./ops/overview.ts";
export { type Readiness, readiness } from "./ops/readiness.ts";
export { TICKS, type TickError, tick } from "./ops/tick.ts";
export type { Jobs, Log, Mail, Mailer } from "./ports.ts";
