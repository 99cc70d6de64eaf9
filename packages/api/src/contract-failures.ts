import type { ContractError } from "@ratebook/billing";
import type { Failure } from "./failures.ts";

/** What can go wrong with contracts, beside what every area knows. */
export type ContractFailure = Extract<ContractError, { kind: "contract_not_found" | "contract_overlap" }>;

/** One row a kind. */
export const contractFailures: {
  [K in ContractFailure["kind"]]: Failure<Extract<ContractFailure, { kind: K }>>;
} = {
  contract_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => it.message,
  },
  contract_overlap: {
    trpc: "CONFLICT",
    http: 409,
    code: "contract_overlap",
    sentence: (it) => it.message,
    details: ({ contract }) => ({ contract }),
  },
};
