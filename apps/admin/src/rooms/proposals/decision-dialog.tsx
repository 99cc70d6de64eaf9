import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ErrorState } from "../../app/error-state.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { meterLabel } from "../catalogue/meter-label.ts";
import { type Proposal, pricesOf } from "./proposal.ts";

export type Decision = "approve" | "reject";

type Asked = { proposal: Proposal; decision: Decision };

/** Asks for the reason of a decision; it is kept with the proposal and in the audit log. */
export const DecisionDialog = ({ asked, onClose }: { asked: Asked | null; onClose: () => void }) => (
  <Modal
    opened={asked !== null}
    onClose={onClose}
    title={asked?.decision === "reject" ? "Reject this change" : "Approve this change"}
    centered
  >
    {asked && <DecisionForm {...asked} onDone={onClose} />}
  </Modal>
);

function DecisionForm({ proposal, decision, onDone }: Asked & { onDone: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const missing = reason.trim() === "";
  const decide = useMutation(
    trpc.catalog.decideProposal.mutationOptions({
      onSuccess: ({ version }) => {
        notifyDone(outcomeText(decision, version));
        onDone();
      },
      // Refused as well: somebody else may have decided, and the list should say so.
      onSettled: () =>
        Promise.all([
          queries.invalidateQueries({ queryKey: trpc.catalog.pathKey() }),
          queries.invalidateQueries({ queryKey: trpc.pricing.pathKey() }),
          queries.invalidateQueries({ queryKey: trpc.ops.pathKey() }),
        ]),
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!missing) decide.mutate({ id: proposal.id, decision, reason: reason.trim() });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">{consequenceText(proposal, decision)}</Text>
        <Textarea
          label="Reason"
          description="Kept with the decision and in the audit log."
          required
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={tried && missing ? "Say why" : null}
        />
        {decide.isError && <ErrorState error={decide.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={decide.isPending} {...(decision === "reject" && { color: "red" })}>
            {decision === "approve" ? "Approve" : "Reject"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function consequenceText(proposal: Proposal, decision: Decision): string {
  const subject = `${meterLabel(proposal.meter)} of ${proposal.offering}`;
  if (decision === "reject") return `${subject} keeps its price. The same value is not proposed again.`;
  const { after } = pricesOf(proposal);
  return after === null
    ? `${subject} has no price from this instant on.`
    : `${subject} costs ${after.amount} per ${after.per} upstream from this instant on, never earlier, unless a more authoritative source prices it.`;
}

function outcomeText(decision: Decision, version: number | null): string {
  if (decision === "reject") return "Rejected. The price stays as it is.";
  return version === null
    ? "Approved. A more authoritative source prices it, so nothing that is billed changed."
    : `Approved and active in catalogue version ${version}.`;
}
