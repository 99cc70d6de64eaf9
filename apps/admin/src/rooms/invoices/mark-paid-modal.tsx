import { Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { operationKey } from "../wallet/operation-key.ts";
import type { CustomInvoice } from "./custom-invoices-panel.tsx";

/** Records that the money is there. That credits the customer, once. */
export function MarkPaidModal({ invoice, onClose }: { invoice: CustomInvoice; onClose: () => void }) {
  // One key for the whole question: asking again after a lost answer is the same payment.
  const key = useRef(operationKey());
  const form = useForm({
    initialValues: { receivedOn: new Date().toISOString().slice(0, 10), reference: "", reason: "" },
    validate: {
      receivedOn: (day) => (day === "" ? "Say when it came." : null),
      reference: (text) => (text.trim() === "" ? "Say what finds it on the bank statement." : null),
      reason: reasonIssue,
    },
  });
  const pay = useMutation(
    useTRPC().customInvoices.markPaid.mutationOptions({
      onSuccess: ({ net }) => {
        notifyDone(`${invoice.number} is paid; ${moneyText(net)} of credits are added.`);
        onClose();
      },
    }),
  );
  const send = form.onSubmit(({ receivedOn, reference, reason }) =>
    pay.mutate({
      id: invoice.id,
      receivedAt: new Date(`${receivedOn}T00:00:00Z`),
      reference: reference.trim(),
      reason: reason.trim(),
      idempotencyKey: key.current,
    }),
  );
  return (
    <FormModal
      opened
      title={`Mark ${invoice.number} paid`}
      submitLabel="Mark it paid"
      pending={pay.isPending}
      error={pay.error}
      onSubmit={send}
      onClose={onClose}
    >
      <Text size="sm">
        {invoice.customerName} paid <Money amount={invoice.total} /> in full. <Money amount={invoice.net} />{" "}
        of purchased credits are added.
      </Text>
      <TextInput label="Received on (UTC)" type="date" withAsterisk {...form.getInputProps("receivedOn")} />
      <TextInput
        label="Reference of the transfer"
        withAsterisk
        maxLength={120}
        data-autofocus
        {...form.getInputProps("reference")}
      />
      <ReasonField {...form.getInputProps("reason")} />
    </FormModal>
  );
}
