import type { ContractTerms } from "@ratebook/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type Api, useTRPC } from "../../app/trpc.ts";

/** What is tried: a customer and terms that are well-formed. */
export type Trial = { customer: string; terms: ContractTerms };

/** What the last 30 days would have come to under terms. */
export type DryRun = Api<"contracts", "dryRun">;

/** Runs of a draft over the last 30 days, and whether the last one is of the draft as it stands. */
export type DryRuns = {
  /** This customer's, the newest first, at most five. */
  runs: readonly DryRun[];
  isCurrent: boolean;
  isPending: boolean;
  error: unknown;
  start: () => void;
};

/** Runs a draft over the last 30 days whenever asked; figures of earlier drafts stay to compare with. */
export function useDryRun(trial: Trial | null): DryRuns {
  const [runs, setRuns] = useState<{ customer: string; terms: string; result: DryRun }[]>([]);
  const run = useMutation(
    useTRPC().contracts.dryRun.mutationOptions({
      meta: { reads: true },
      onSuccess: (result, { customer, terms }) =>
        setRuns((before) => [{ customer, terms: JSON.stringify(terms), result }, ...before].slice(0, 5)),
    }),
  );
  const ofCustomer = runs.filter(({ customer }) => customer === trial?.customer);
  return {
    runs: ofCustomer.map(({ result }) => result),
    isCurrent: trial !== null && ofCustomer[0]?.terms === JSON.stringify(trial.terms),
    isPending: run.isPending,
    error: run.error,
    start: () => trial && run.mutate({ ...trial, days: 30 }),
  };
}
