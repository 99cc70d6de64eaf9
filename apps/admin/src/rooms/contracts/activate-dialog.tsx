import { Text } from "@mantine/core";
import type { ContractTerms } from "@ratebook/core";
import { useMutation } from "@tanstack/react-query";
import { failureCode, refusedField } from "../../app/error-sentence.ts";
import { notifyDone } from "../../app/notify.ts";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { moneyText } from "../../money/money-text.ts";
import { readAsOf } from "../catalogue/as-of.ts";
import type { Contract } from "./contract.ts";
import type { DraftHead } from "./draft-head.ts";
import type { DryRuns } from "./use-dry-run.ts";

type ActivateDialogProps = {
  head: DraftHead;
  terms: ContractTerms;
  /** The version it takes the place of; null for none. */
  replaces: Contract | null;
  dryRun: DryRuns;
  onDone: (customerId: string) => void;
  /** A field was refused: the path of what was sent, and what is wrong with it. */
  onRefused: (path: string, message: string) => void;
  onClose: () => void;
};

/** The last look before a version is made: what the last 30 days would have been, and why it is made. */
export function ActivateDialog({
  head,
  terms,
  replaces,
  dryRun,
  onDone,
  onRefused,
  onClose,
}: ActivateDialogProps) {
  const activate = useMutation(
    useTRPC().contracts.set.mutationOptions({
      onSuccess: ({ label, customerId }) => {
        notifyDone(`${label} is made.`);
        onDone(customerId);
      },
      onError: (error) => {
        const refused = refusedField(error);
        if (failureCode(error) === "contract_overlap") onRefused("validFrom", error.message);
        else if (refused !== null && refused.path !== "note") onRefused(refused.path, refused.message);
      },
    }),
  );
  const from = readAsOf(head.validFrom);
  return (
    <ReasonDialog
      opened
      title="Activate this contract"
      consequence={`Usage of this customer ${from === null ? "from this instant on" : "from its beginning on"} is priced by it${replaces === null ? "" : `, and ${replaces.label} ends`}. It never changes; a new version can take its place.`}
      submitLabel="Activate"
      pending={activate.isPending}
      error={activate.error}
      onSubmit={(note) =>
        activate.mutate({
          customer: head.customer,
          terms,
          note,
          validUntil: readAsOf(head.validUntil),
          ...(from !== null && { validFrom: from }),
          ...(replaces !== null && { replaces: replaces.version }),
          ...(head.plan !== "" && { plan: head.plan }),
        })
      }
      onClose={onClose}
    >
      <Text size="sm" role="status">
        {trialText(dryRun)}
      </Text>
    </ReasonDialog>
  );
}

function trialText({ runs: [run], isCurrent, isPending, error }: DryRuns): string {
  if (isPending) return "Pricing the last 30 days once more…";
  if (error !== null) return "The last 30 days could not be priced once more just now.";
  if (run === undefined || !isCurrent) return "Not tried on the last 30 days.";
  if (run.events === 0) return "There was no usage in the last 30 days to try it on.";
  const moved = `${run.changed.toLocaleString("en")} of ${run.events.toLocaleString("en")} debits`;
  return `Over the last 30 days ${moved} would have been other ones: ${moneyText(run.before)} would have been ${moneyText(run.after)} (${moneyText(run.difference, { signed: true })}).`;
}
