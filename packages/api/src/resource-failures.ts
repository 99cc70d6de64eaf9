import type { ResourceError } from "@ratebook/billing";
import type { Failure } from "./failures.ts";

/** What can go wrong with resources, beside what every debit knows. */
export type ResourceFailure = Extract<
  ResourceError,
  { kind: "resource_not_found" | "resource_state" | "resource_quota" | "resource_intent_not_found" }
>;

/** One row a kind. */
export const resourceFailures: {
  [K in ResourceFailure["kind"]]: Failure<Extract<ResourceFailure, { kind: K }>>;
} = {
  resource_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No resource of this customer has the id ${it.id}.`,
  },
  resource_state: {
    trpc: "CONFLICT",
    http: 409,
    code: "resource_state",
    sentence: (it) => it.message,
    details: ({ id, state }) => ({ id, state }),
  },
  resource_quota: {
    trpc: "CONFLICT",
    http: 409,
    code: "quota_exceeded",
    sentence: (it) => `This customer has ${it.current} of at most ${it.max} resources; delete one first.`,
    details: ({ current, max }) => ({ current, max }),
  },
  resource_intent_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No intent has the id ${it.id}.`,
  },
};
