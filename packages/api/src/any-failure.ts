import type { CreateKeyError, ResolveCustomerError, RevokeKeyError } from "@ratebook/billing";
import type { AlertFailure } from "./alert-failures.ts";
import type { BillingFailure } from "./billing-failures.ts";
import type { BudgetFailure } from "./budget-failures.ts";
import type { CatalogueFailure } from "./catalogue-failures.ts";
import type { ContractFailure } from "./contract-failures.ts";
import type { InvoiceFailure } from "./invoice-failures.ts";
import type { PaymentFailure } from "./payment-failures.ts";
import type { ResourceFailure } from "./resource-failures.ts";
import type { X402Failure } from "./x402-failures.ts";

/** Nobody showed a valid credential. */
export type AuthenticationRequired = { kind: "authentication_required"; message: string };

/** A field of the request is not what it must be; `field` is its path. */
export type InvalidField = { kind: "validation_error"; field: string; message: string };

/** The database cannot be reached: the request failed closed. */
export type DatabaseUnavailable = { kind: "database_unavailable"; retryAfterSeconds: number };

/** A rate limit is used up. */
export type TooManyRequests = { kind: "too_many_requests"; retryAfterSeconds: number };

/** Every expected failure a door may meet. A verb with a new error type adds it here, and a row to the map. */
export type AnyFailure =
  | AuthenticationRequired
  | ResolveCustomerError
  | CreateKeyError
  | RevokeKeyError
  | InvalidField
  | DatabaseUnavailable
  | AlertFailure
  | BillingFailure
  | BudgetFailure
  | CatalogueFailure
  | ContractFailure
  | InvoiceFailure
  | PaymentFailure
  | ResourceFailure
  | X402Failure
  | TooManyRequests;
