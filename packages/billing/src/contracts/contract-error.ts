import type { ResolveCustomerError } from "../accounts/resolve-customer.ts";

/** The customer has another contract in that time. */
export type ContractOverlap = { kind: "contract_overlap"; contract: string; message: string };

/** The customer has no contract of that version. */
export type ContractNotFound = { kind: "contract_not_found"; message: string };

export type InvalidContract = { kind: "validation_error"; field: string; message: string };

export type ContractError = ResolveCustomerError | InvalidContract | ContractOverlap | ContractNotFound;
