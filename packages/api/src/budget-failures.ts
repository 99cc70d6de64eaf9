import type { BudgetNotFound, SubjectNotFound } from "@ratebook/billing";
import type { Failure } from "./failures.ts";

/** What can go wrong with budgets and pauses, beside what every area knows. */
export type BudgetFailure = BudgetNotFound | SubjectNotFound;

/** One row a kind. */
export const budgetFailures: {
  [K in BudgetFailure["kind"]]: Failure<Extract<BudgetFailure, { kind: K }>>;
} = {
  budget_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No budget of this customer has the id ${it.id}.`,
  },
  subject_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No ${it.subject} of this customer has the id ${it.id}.`,
  },
};
