import type { ResolveCustomerError } from "@ratebook/billing";

/** Nobody showed a valid credential. */
export type AuthenticationRequired = { kind: "authentication_required"; message: string };

/** Every expected failure a door may meet. A verb with a new error type adds it here, and a row to the map. */
export type AnyFailure = AuthenticationRequired | ResolveCustomerError;
