import { useForm } from "@mantine/form";
import type { ContractTerms } from "@ratebook/core";
import { readTermsDraft } from "./read-terms-draft.ts";
import { type TermsDraft, termsDraft } from "./terms-draft.ts";

/** Terms being written. */
export type TermsForm = ReturnType<typeof useTermsForm>;

/** A form of terms that says at each field what is wrong with it once somebody tried to use them. */
export function useTermsForm(terms: ContractTerms) {
  return useForm<TermsDraft>({
    initialValues: termsDraft(terms),
    validate: (draft) => {
      const read = readTermsDraft(draft);
      return read.ok ? {} : read.error;
    },
  });
}
