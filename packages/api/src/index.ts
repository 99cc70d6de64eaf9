export type { ApiContext } from "./context.ts";
export { fromLitellmLog } from "./ingest/litellm-log.ts";
export { createRestApp, type RestAppOptions } from "./rest/app.ts";
export { type Identity, keyOf, type ResolveActor } from "./rest/identity.ts";
export { createMetrics, type Metrics } from "./rest/metrics.ts";
export { portalSecretOf } from "./rest/portal-door.ts";
export { DEFAULT_RATE_LIMITS, type RateLimits } from "./rest/rate-limit.ts";
export { type AppRouter, appRouter, createCaller } from "./root.ts";
export type { Membership, Profile, Sessions } from "./sessions.ts";
