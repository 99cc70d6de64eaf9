import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { notifyDone } from "../../app/notify.ts";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { batchConsequence, batchOutcome } from "./batch-text.ts";
import type { Decision } from "./decision-dialog.tsx";
import { GrantBackChoice, grantBackText } from "./grant-back-choice.tsx";
import { isActivatable, type Proposal } from "./proposal.ts";

type BatchDialogProps = {
  proposals: readonly Proposal[];
  decision: Decision;
  onClose: (done: boolean) => void;
};

/** Asks for one reason for several changes; what nobody may activate is left out of an approval. */
export function BatchDialog({ proposals, decision, onClose }: BatchDialogProps) {
  const [grantBack, setGrantBack] = useState<boolean>();
  const chosen = decision === "approve" ? proposals.filter(isActivatable) : proposals;
  const ids = chosen.map(({ id }) => id);
  const decide = useMutation(
    useTRPC().catalog.decideProposals.mutationOptions({
      onSuccess: (done) => {
        notifyDone(`${batchOutcome(decision, done)}${grantBackText(done.grantBacks)}`);
        onClose(true);
      },
    }),
  );
  return (
    <ReasonDialog
      opened
      title={`${decision === "approve" ? "Approve" : "Reject"} ${chosen.length} ${chosen.length === 1 ? "change" : "changes"}`}
      consequence={batchConsequence(decision, chosen, proposals.length - chosen.length)}
      submitLabel={decision === "approve" ? "Approve them" : "Reject them"}
      danger={decision === "reject"}
      pending={decide.isPending}
      error={decide.error}
      onSubmit={(reason) => decide.mutate({ ids, decision, reason, grantBack })}
      onClose={() => onClose(false)}
    >
      {decision === "approve" && <GrantBackChoice ids={ids} chosen={grantBack} onChoose={setGrantBack} />}
    </ReasonDialog>
  );
}
