import { Button, Group, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { moneyText } from "../../money/money-text.ts";
import { readDollars } from "../billing/read-dollars.ts";
import { endOfDay } from "../wallet/grant-input.ts";
import { operationKey } from "../wallet/operation-key.ts";

type Line = { description: string; amount: string };

/** Writes an invoice for a customer who pays outside. It has its number at once, and credits nothing until it is paid. */
export function IssueModal({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const key = useRef(operationKey());
  const customers = useQuery(trpc.accounts.customers.queryOptions({ limit: 200 }));
  const form = useForm({
    initialValues: {
      customer: "",
      title: "",
      lines: [{ description: "Credits", amount: "" }] as Line[],
      tax: "",
      taxAmount: "",
      dueOn: "",
      reference: "",
    },
    validate: {
      customer: (id) => (id === "" ? "Choose who it is for." : null),
      title: (text) => (text.trim() === "" ? "Say what it is for." : null),
      lines: {
        description: (text) => (text.trim() === "" ? "Describe the line." : null),
        amount: refusal,
      },
      taxAmount: (text, { tax }) => (tax.trim() === "" && text.trim() === "" ? null : refusal(text)),
      tax: (text, { taxAmount }) => (taxAmount.trim() !== "" && text.trim() === "" ? "Name the tax." : null),
      dueOn: (day) => (endOfDay(day).ok ? null : "Say by when."),
    },
    onValuesChange: () => {
      key.current = operationKey();
    },
  });
  const issue = useMutation(
    trpc.customInvoices.issue.mutationOptions({
      onSuccess: ({ total }) => {
        notifyDone(`An invoice over ${moneyText(total)} is issued.`);
        onClose();
      },
    }),
  );
  const send = form.onSubmit((values) => {
    const due = endOfDay(values.dueOn);
    const lines = values.lines.flatMap(({ description, amount }) => {
      const read = readDollars(amount);
      return read.ok ? [{ description: description.trim(), amount: read.value }] : [];
    });
    const tax = readDollars(values.taxAmount);
    if (!due.ok || lines.length !== values.lines.length) return;
    issue.mutate({
      customer: values.customer,
      title: values.title.trim(),
      lines,
      ...(tax.ok && { taxes: [{ description: values.tax.trim(), amount: tax.value }] }),
      // The due day counts in full.
      dueAt: new Date(due.value.getTime() - 1_000),
      ...(values.reference.trim() !== "" && { reference: values.reference.trim() }),
      idempotencyKey: key.current,
    });
  });
  return (
    <FormModal
      opened
      title="Issue an invoice"
      submitLabel="Issue it"
      pending={issue.isPending}
      error={issue.error}
      onSubmit={send}
      onClose={onClose}
    >
      <Select
        label="Customer"
        withAsterisk
        searchable
        data={(customers.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps("customer")}
      />
      <TextInput label="For" withAsterisk maxLength={120} {...form.getInputProps("title")} />
      {form.values.lines.map((_line, index) => (
        // Lines have no identity but their place, and only the last one is taken away.
        <SimpleGrid key={index} cols={2}>
          <TextInput label={`Line ${index + 1}`} {...form.getInputProps(`lines.${index}.description`)} />
          <TextInput
            label={`Amount of line ${index + 1}`}
            inputMode="decimal"
            leftSection="$"
            {...form.getInputProps(`lines.${index}.amount`)}
          />
        </SimpleGrid>
      ))}
      <Group gap="xs">
        <Button
          size="xs"
          variant="default"
          onClick={() => form.insertListItem("lines", { description: "", amount: "" })}
        >
          Add a line
        </Button>
        {form.values.lines.length > 1 && (
          <Button
            size="xs"
            variant="default"
            onClick={() => form.removeListItem("lines", form.values.lines.length - 1)}
          >
            Take the last line away
          </Button>
        )}
      </Group>
      <SimpleGrid cols={2}>
        <TextInput label="Tax" placeholder="VAT 19 %" {...form.getInputProps("tax")} />
        <TextInput
          label="Amount of the tax"
          inputMode="decimal"
          leftSection="$"
          {...form.getInputProps("taxAmount")}
        />
        <TextInput label="Due on (UTC)" type="date" withAsterisk {...form.getInputProps("dueOn")} />
        <TextInput label="Customer's reference" maxLength={120} {...form.getInputProps("reference")} />
      </SimpleGrid>
    </FormModal>
  );
}

function refusal(text: string): string | null {
  const read = readDollars(text);
  if (!read.ok) return read.error;
  return read.value > 0n ? null : "More than 0.";
}
