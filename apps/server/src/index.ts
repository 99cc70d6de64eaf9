export { type Auth, createAuth } from "./auth/create-auth.ts";
export {
  type CreatedPerson,
  type CreatePersonError,
  createPerson,
  type NewPerson,
  setPassword,
} from "./auth/create-person.ts";
export { ensureOrganization } from "./auth/ensure-organization.ts";
export { type RunningServer, type ServerOptions, startServer } from "./compose.ts";
export { type ComposedBilling, composeBilling, deriveSecret } from "./compose-billing.ts";
export { readEnv, type ServerConfig } from "./env.ts";
export { createLog } from "./log.ts";
export { StartError } from "./start-error.ts";
export { stopOnSignal } from "./stop-on-signal.ts";
