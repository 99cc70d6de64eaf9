import type {
  DecideProposalError,
  FinishRunError,
  ImportDocumentError,
  OfferingNotFound,
  SubmitDocumentError,
  UndoReratingError,
  UnknownSource,
} from "@ratebook/billing";
import type { Failure } from "./failures.ts";

/** What can go wrong with sources, runs, proposals and prices, beside what every area knows. */
export type CatalogueFailure =
  | Exclude<
      DecideProposalError | FinishRunError | ImportDocumentError | SubmitDocumentError,
      { kind: "access_denied" | "validation_error" }
    >
  | OfferingNotFound
  | UnknownSource
  | { kind: "identity_not_found"; source: string; name: string }
  | Exclude<UndoReratingError, { kind: "access_denied" }>
  | { kind: "rate_not_found"; rateId: string }
  | { kind: "run_not_found"; id: string }
  | { kind: "version_not_found"; version: number };

/** One row a kind. */
export const catalogueFailures: {
  [K in CatalogueFailure["kind"]]: Failure<Extract<CatalogueFailure, { kind: K }>>;
} = {
  identity_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No mapping says what ${it.source} means by ${it.name}.`,
  },
  import_acceptance_required: {
    trpc: "CONFLICT",
    http: 409,
    code: "import_acceptance_required",
    sentence: ({ rows }) =>
      `Nothing was imported: ${rows[0]?.sentence}${more(rows)}. Accept the rows to import them.`,
    details: ({ rows }) => ({ rows }),
  },
  import_refused: {
    trpc: "UNPROCESSABLE_CONTENT",
    http: 422,
    code: "import_refused",
    sentence: ({ rows }) => `Nothing was imported: ${rows[0]?.sentence}${more(rows)}.`,
    details: ({ rows }) => ({ rows }),
  },
  invalid_document: {
    trpc: "BAD_REQUEST",
    http: 400,
    code: "validation_error",
    sentence: ({ issues }) => `${issues[0]?.path}: ${issues[0]?.message}${more(issues)}`,
    details: ({ issues, count }) => ({
      issues: issues.map(({ path, message }) => ({ field: path, message })),
      count,
    }),
  },
  invalid_snapshot: {
    trpc: "BAD_REQUEST",
    http: 400,
    code: "validation_error",
    sentence: (it) => it.message,
    details: (it) => ({ field: "snapshot", issues: [{ field: "snapshot", message: it.message }] }),
  },
  not_activatable: {
    trpc: "CONFLICT",
    http: 409,
    code: "not_activatable",
    sentence: () => "This value is no price: nobody may activate it.",
  },
  offering_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `The catalogue has no offering ${it.offering}.`,
  },
  proposal_decided: {
    trpc: "CONFLICT",
    http: 409,
    code: "proposal_decided",
    sentence: (it) => `This proposal is ${it.state} already.`,
    details: ({ state }) => ({ state }),
  },
  proposal_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No proposal has the id ${it.id}.`,
  },
  rate_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No rate has the id ${it.rateId}.`,
  },
  rerating_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No re-rating has the id ${it.id}.`,
  },
  rerating_not_posted: {
    trpc: "CONFLICT",
    http: 409,
    code: "rerating_not_posted",
    sentence: (it) => `This re-rating is ${it.state}: only a posted one can be taken back.`,
    details: ({ state }) => ({ state }),
  },
  run_not_claimed: {
    trpc: "CONFLICT",
    http: 409,
    code: "run_not_claimed",
    sentence: (it) => `The run ${it.runId} is not open: it was finished, or another worker took it over.`,
  },
  run_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No run has the id ${it.id}.`,
  },
  source_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `No worker reads a source named ${it.source}.`,
  },
  version_not_found: {
    trpc: "NOT_FOUND",
    http: 404,
    code: "resource_not_found",
    sentence: (it) => `There is no catalogue version ${it.version}.`,
  },
};

const more = (rows: readonly unknown[]): string => (rows.length > 1 ? ` (and ${rows.length - 1} more)` : "");
