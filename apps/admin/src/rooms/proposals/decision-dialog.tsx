import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { notifyDone } from "../../app/notify.ts";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { GrantBackChoice, grantBackText } from "./grant-back-choice.tsx";
import { nameOf, type Proposal, pricesOf } from "./proposal.ts";

export type Decision = "approve" | "reject";

type DecisionDialogProps = { proposal: Proposal; decision: Decision; onClose: () => void };

/** Asks for the reason of a decision; it is kept with the proposal and in the audit log. */
export function DecisionDialog({ proposal, decision, onClose }: DecisionDialogProps) {
  const [grantBack, setGrantBack] = useState<boolean>();
  const decide = useMutation(
    useTRPC().catalog.decideProposal.mutationOptions({
      onSuccess: ({ version, grantBacks }) => {
        notifyDone(outcomeText(decision, version, grantBacks));
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      opened
      title={decision === "approve" ? "Approve this change" : "Reject this change"}
      consequence={consequenceText(proposal, decision)}
      submitLabel={decision === "approve" ? "Approve" : "Reject"}
      danger={decision === "reject"}
      pending={decide.isPending}
      error={decide.error}
      onSubmit={(reason) => decide.mutate({ id: proposal.id, decision, reason, grantBack })}
      onClose={onClose}
    >
      {decision === "approve" && (
        <GrantBackChoice ids={[proposal.id]} chosen={grantBack} onChoose={setGrantBack} />
      )}
    </ReasonDialog>
  );
}

function consequenceText(proposal: Proposal, decision: Decision): string {
  const subject = nameOf(proposal);
  if (decision === "reject")
    return `${subject}: the price stays as it is, and the value is not proposed again while its source goes on saying it.`;
  const { after } = pricesOf(proposal);
  return after === null
    ? `${subject}: no price from this instant on.`
    : `${subject}: ${after.amount} per ${after.per} upstream from this instant on, never earlier, unless a more authoritative source prices it.`;
}

function outcomeText(decision: Decision, version: number | null, grantBacks: number): string {
  if (decision === "reject") return "Rejected. The price stays as it is.";
  return version === null
    ? "Approved. A more authoritative source prices it, so nothing that is billed changed."
    : `Approved and active in catalogue version ${version}.${grantBackText(grantBacks)}`;
}
