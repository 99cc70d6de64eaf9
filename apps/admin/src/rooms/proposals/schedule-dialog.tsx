import { Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { instantText } from "../../app/instant-text.ts";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { readAsOf } from "../catalogue/as-of.ts";
import { nameOf, type Proposal } from "./proposal.ts";

/** Approves a change for a later instant; it is confirmed once more when that comes. */
export function ScheduleDialog({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { at: "", reason: "" },
    validate: {
      at: (text) => (readAsOf(text) === null ? "Say when, in UTC." : null),
      reason: reasonIssue,
    },
  });
  const schedule = useMutation(
    useTRPC().catalog.scheduleProposal.mutationOptions({
      onSuccess: ({ activateAt }) => {
        notifyDone(`Scheduled for ${instantText(activateAt)}.`);
        onClose();
      },
    }),
  );
  return (
    <FormModal
      opened
      title="Schedule this change"
      submitLabel="Schedule"
      pending={schedule.isPending}
      error={schedule.error}
      onClose={onClose}
      onSubmit={form.onSubmit(({ at: text, reason }) => {
        const at = readAsOf(text);
        if (at !== null) schedule.mutate({ id: proposal.id, at, reason: reason.trim() });
      })}
    >
      <Text size="sm">
        {nameOf(proposal)}: the price stays as it is until then. When the time comes it takes effect only if
        its source still says so.
      </Text>
      <TextInput
        type="datetime-local"
        label="Takes effect at (UTC)"
        withAsterisk
        data-autofocus
        key={form.key("at")}
        {...form.getInputProps("at")}
      />
      <ReasonField key={form.key("reason")} {...form.getInputProps("reason")} />
    </FormModal>
  );
}
