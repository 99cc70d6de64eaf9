import { useForm } from "@mantine/form";
import { readAsOf } from "../catalogue/as-of.ts";

/** Whose contract a draft is, and when it holds. */
export type DraftHead = {
  customer: string;
  /** Id of the plan the terms came from; "" for none. */
  plan: string;
  /** Fields of date and time, in UTC; "" is now, and until it is ended. */
  validFrom: string;
  validUntil: string;
  /** Ends the version in its way when this one begins. */
  replace: boolean;
};

export type HeadForm = ReturnType<typeof useHeadForm>;

/** The form of a draft's customer and time. */
export function useHeadForm(initialValues: DraftHead) {
  return useForm<DraftHead>({
    initialValues,
    validate: {
      customer: (id) => (id === "" ? "Choose whose contract it is." : null),
      validFrom: (text) => (text !== "" && readAsOf(text) === null ? "This is no instant." : null),
      validUntil: (text, { validFrom }) => endIssue(text, validFrom),
    },
  });
}

function endIssue(text: string, validFrom: string): string | null {
  if (text === "") return null;
  const [from, until] = [readAsOf(validFrom), readAsOf(text)];
  if (until === null) return "This is no instant.";
  return from !== null && until <= from ? "Must be after it begins." : null;
}
