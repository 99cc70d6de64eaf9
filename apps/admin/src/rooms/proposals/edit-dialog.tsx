import { Checkbox, Group, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { failureCode } from "../../app/error-sentence.ts";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { readAsOf } from "../catalogue/as-of.ts";
import { unitOfMeter } from "../catalogue/meter-unit.ts";
import { readPer, readPrice } from "./corrected-price.ts";
import { nameOf, type Proposal } from "./proposal.ts";

/** Answers a change with another price: the operator's own, dated, until the sources decide again. */
export function EditDialog({ proposal, onClose }: { proposal: Proposal; onClose: () => void }) {
  const form = useForm({
    mode: "uncontrolled",
    initialValues: {
      usd: proposal.newUsd ?? proposal.oldUsd ?? "",
      per: (proposal.newPer ?? proposal.oldPer ?? 1n).toString(),
      until: "",
      reason: "",
      accept: false,
    },
    validate: {
      usd: (text) => refusal(readPrice(text)),
      per: (text) => refusal(readPer(text)),
      until: (text) => (text !== "" && readAsOf(text) === null ? "This is no instant." : null),
      reason: reasonIssue,
    },
  });
  const edit = useMutation(
    useTRPC().catalog.editProposal.mutationOptions({
      onSuccess: ({ version }) => {
        notifyDone(
          version === null
            ? "Corrected. Nothing that is billed changed."
            : `Active in catalogue version ${version}.`,
        );
        onClose();
      },
    }),
  );
  const tripped = failureCode(edit.error) === "import_acceptance_required";
  return (
    <FormModal
      opened
      title="Correct this price"
      submitLabel="Activate this price"
      pending={edit.isPending}
      error={edit.error}
      onClose={onClose}
      onSubmit={form.onSubmit(({ usd, per, until, reason, accept }) => {
        const [price, units] = [readPrice(usd), readPer(per)];
        if (!price.ok || !units.ok) return;
        const end = readAsOf(until);
        edit.mutate({
          id: proposal.id,
          usd: price.value,
          per: units.value,
          ...(end && { until: end }),
          reason: reason.trim(),
          ...(accept && { accept }),
        });
      })}
    >
      <Text size="sm">
        {nameOf(proposal)}: your price takes effect from this instant on, and no source touches the meter
        until it ends.
      </Text>
      <Group gap="sm" align="flex-start" grow>
        <TextInput
          label="Upstream price"
          inputMode="decimal"
          leftSection="$"
          withAsterisk
          data-autofocus
          key={form.key("usd")}
          {...form.getInputProps("usd")}
        />
        <TextInput
          label={`For so many ${unitOfMeter(proposal.meter)}s`}
          inputMode="numeric"
          withAsterisk
          key={form.key("per")}
          {...form.getInputProps("per")}
        />
      </Group>
      <TextInput
        type="datetime-local"
        label="Ends at (UTC)"
        description="Empty: until somebody ends it"
        key={form.key("until")}
        {...form.getInputProps("until")}
      />
      <ReasonField key={form.key("reason")} {...form.getInputProps("reason")} />
      {tripped && (
        <Checkbox
          label="I have checked it: activate it although it trips this bound"
          key={form.key("accept")}
          {...form.getInputProps("accept", { type: "checkbox" })}
        />
      )}
    </FormModal>
  );
}

const refusal = (read: { ok: true } | { ok: false; error: string }): string | null =>
  read.ok ? null : read.error;
