import { Select, SimpleGrid, Switch, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { fieldErrors } from "../../app/field-errors.ts";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import { dollarField, dollarProblem, PERIODS } from "../packs/typed-terms.ts";
import { readAmount } from "./grant-input.ts";
import type { RecurringGrant } from "./recurring-grants-panel.tsx";

type RecurringGrantModalProps = { customerId: string; grant: RecurringGrant | null; onClose: () => void };

/** Makes credits come again every period, or changes what comes from the next period on. */
export function RecurringGrantModal({ customerId, grant, onClose }: RecurringGrantModalProps) {
  const form = useForm({
    initialValues: {
      name: grant?.name ?? "",
      amount: grant === null ? "" : typedDollars(grant.amount),
      period: grant?.period ?? "month",
      rolloverCap: grant === null ? "0" : typedDollars(grant.rolloverCap),
      active: grant?.active ?? true,
    },
    validate: {
      name: (text) => (text.trim() === "" ? "Name it: the customer reads this." : null),
      amount: (text) => {
        const amount = readAmount(text);
        return amount.ok ? null : amount.error;
      },
      rolloverCap: dollarProblem,
    },
  });
  const save = useMutation(
    useTRPC().payments.saveRecurringGrant.mutationOptions({
      onSuccess: ({ name }) => {
        notifyDone(`${name} is saved.`);
        onClose();
      },
      onError: (error) => form.setErrors(fieldErrors(error)),
    }),
  );
  const send = form.onSubmit((values) => {
    const amount = readAmount(values.amount);
    const rolloverCap = readDollars(values.rolloverCap);
    if (!amount.ok || !rolloverCap.ok) return;
    save.mutate({
      ...(grant !== null && { id: grant.id, subscriptionId: grant.subscriptionId }),
      customer: customerId,
      name: values.name.trim(),
      amount: amount.value,
      period: values.period,
      rolloverCap: rolloverCap.value,
      active: values.active,
    });
  });
  return (
    <FormModal
      opened
      title={grant === null ? "New recurring grant" : `Change ${grant.name}`}
      submitLabel="Save the grant"
      pending={save.isPending}
      error={save.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="The customer reads it"
        withAsterisk
        maxLength={120}
        {...form.getInputProps("name")}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label="Credits a period" withAsterisk {...dollarField} {...form.getInputProps("amount")} />
        <Select
          label="Period"
          allowDeselect={false}
          disabled={grant !== null}
          data={PERIODS}
          {...form.getInputProps("period")}
        />
        <TextInput
          label="Rolls over, at most"
          description="Lives one period longer"
          {...dollarField}
          {...form.getInputProps("rolloverCap")}
        />
      </SimpleGrid>
      <Switch label="Running" {...form.getInputProps("active", { type: "checkbox" })} />
      <Text size="sm" c="dimmed">
        {grant === null
          ? "The first credits come within a minute."
          : "What was granted stays; the next period follows the change."}
        {grant !== null &&
          grant.planId !== null &&
          " The customer goes on paying for the plan when this is switched off."}
      </Text>
    </FormModal>
  );
}
