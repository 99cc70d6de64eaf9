import { NumberInput, Switch } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { readCount } from "./policy-form.ts";

type Policy = Api<"catalog", "proposalPolicy">;

/** Sets what happens to held changes by the passing of time; a reason goes to the audit log. */
export function PolicyDialog({ policy, onClose }: { policy: Policy; onClose: () => void }) {
  const set = useMutation(
    useTRPC().catalog.setProposalPolicy.mutationOptions({
      onSuccess: () => {
        notifyDone("The policy is in force.");
        onClose();
      },
    }),
  );
  const form = useForm({
    mode: "uncontrolled",
    initialValues: {
      releaseOnWitness: policy.releaseOnWitness,
      grantBackDecreases: policy.grantBackDecreases,
      expireAfterDays: policy.expireAfterDays ?? ("" as string | number),
      escalateAfterHours: policy.escalateAfterHours ?? ("" as string | number),
      inUseDays: policy.inUseDays as string | number,
      reason: "",
    },
    validate: {
      expireAfterDays: (value) => refusal(readCount(value, { min: 1, max: 3650, optional: true })),
      escalateAfterHours: (value) => refusal(readCount(value, { min: 0, max: 8760, optional: true })),
      inUseDays: (value) => refusal(readCount(value, { min: 1, max: 365, optional: false })),
      reason: reasonIssue,
    },
  });
  return (
    <FormModal
      opened
      title="What time does to held changes"
      submitLabel="Save the policy"
      pending={set.isPending}
      error={set.error}
      onClose={onClose}
      onSubmit={form.onSubmit(({ reason, ...values }) => {
        const days = readCount(values.expireAfterDays, { min: 1, max: 3650, optional: true });
        const hours = readCount(values.escalateAfterHours, { min: 0, max: 8760, optional: true });
        const inUse = readCount(values.inUseDays, { min: 1, max: 365, optional: false });
        if (!days.ok || !hours.ok || !inUse.ok || inUse.value === null) return;
        set.mutate({
          policy: {
            releaseOnWitness: values.releaseOnWitness,
            grantBackDecreases: values.grantBackDecreases,
            expireAfterDays: days.value,
            escalateAfterHours: hours.value,
            inUseDays: inUse.value,
          },
          reason: reason.trim(),
        });
      })}
    >
      <Switch
        label="A second source lets a hold through"
        description="When it states the held price within 1 %. What is quarantined always needs a person."
        key={form.key("releaseOnWitness")}
        {...form.getInputProps("releaseOnWitness", { type: "checkbox" })}
      />
      <Switch
        label="Give approved decreases back"
        description="From when their document was fetched, as credits. Each approval says what it comes to and may choose otherwise."
        key={form.key("grantBackDecreases")}
        {...form.getInputProps("grantBackDecreases", { type: "checkbox" })}
      />
      <NumberInput
        label="Undecided changes lapse after"
        description="Stated again later, they are proposed again. Empty: never."
        suffix=" days"
        min={1}
        max={3650}
        allowDecimal={false}
        key={form.key("expireAfterDays")}
        {...form.getInputProps("expireAfterDays")}
      />
      <NumberInput
        label="Tell operators after"
        description="By mail and webhook, when a held change keeps a price in use from being right. Empty: never."
        suffix=" hours"
        min={0}
        max={8760}
        allowDecimal={false}
        key={form.key("escalateAfterHours")}
        {...form.getInputProps("escalateAfterHours")}
      />
      <NumberInput
        label="A price counts as in use for"
        description="After it last priced something; what is wrong with it alarms louder."
        suffix=" days"
        withAsterisk
        min={1}
        max={365}
        allowDecimal={false}
        key={form.key("inUseDays")}
        {...form.getInputProps("inUseDays")}
      />
      <ReasonField key={form.key("reason")} {...form.getInputProps("reason")} />
    </FormModal>
  );
}

const refusal = (read: { ok: true } | { ok: false; error: string }): string | null =>
  read.ok ? null : read.error;
