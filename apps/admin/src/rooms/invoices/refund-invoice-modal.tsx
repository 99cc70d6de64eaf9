import { Alert, Checkbox, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { nanos } from "@ratebook/core";
import { keepPreviousData, skipToken, useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { errorSentence } from "../../app/error-sentence.ts";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField } from "../../app/reason-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import { Facts } from "../wallet/facts.tsx";
import { operationKey } from "../wallet/operation-key.ts";
import type { CustomInvoice } from "./custom-invoices-panel.tsx";

/** Records money that was sent back outside; what it takes is shown before. */
export function RefundInvoiceModal({ invoice, onClose }: { invoice: CustomInvoice; onClose: () => void }) {
  const trpc = useTRPC();
  const key = useRef(operationKey());
  const [values, setValues] = useState({
    amount: typedDollars(nanos(invoice.total - invoice.refunded)),
    reference: "",
    reason: "",
    agreed: false,
  });
  const [tried, setTried] = useState(false);
  const set = (changes: Partial<typeof values>) => {
    key.current = operationKey();
    setValues((before) => ({ ...before, ...changes }));
  };
  const [settledText] = useDebouncedValue(values.amount, 250);
  const amount = readDollars(settledText);
  const preview = useQuery({
    ...trpc.customInvoices.previewRefund.queryOptions(
      amount.ok && amount.value > 0n ? { id: invoice.id, amount: amount.value } : skipToken,
    ),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const refund = useMutation(
    trpc.customInvoices.refund.mutationOptions({
      onSuccess: () => {
        notifyDone("The refund is recorded, with its credit note.");
        onClose();
      },
    }),
  );
  const owes = (preview.data?.debt ?? 0n) > 0n;
  const complete = values.reference.trim() !== "" && values.reason.trim() !== "";
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    setTried(true);
    const wanted = readDollars(values.amount);
    if (!wanted.ok || !complete) return;
    refund.mutate({
      id: invoice.id,
      amount: wanted.value,
      reference: values.reference.trim(),
      reason: values.reason.trim(),
      allowDebt: values.agreed && owes,
      idempotencyKey: key.current,
    });
  };
  const needed = (text: string): string | null => (tried && text.trim() === "" ? "This is needed." : null);
  return (
    <FormModal
      opened
      title={`Refund ${invoice.number}`}
      submitLabel="Record the refund"
      danger
      pending={refund.isPending}
      error={refund.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextInput
        label="Amount in US dollars, tax included"
        inputMode="decimal"
        leftSection="$"
        withAsterisk
        value={values.amount}
        error={amount.ok ? null : amount.error}
        onChange={({ currentTarget }) => set({ amount: currentTarget.value })}
      />
      <TextInput
        label="Reference of the transfer back"
        withAsterisk
        maxLength={120}
        value={values.reference}
        error={needed(values.reference)}
        onChange={({ currentTarget }) => set({ reference: currentTarget.value })}
      />
      <ReasonField
        value={values.reason}
        error={needed(values.reason)}
        onChange={({ currentTarget }) => set({ reason: currentTarget.value })}
      />
      {preview.isError ? (
        <Alert color="red" variant="light" role="status">
          {errorSentence(preview.error)}
        </Alert>
      ) : (
        preview.data && (
          <section aria-label="What the refund does">
            <Facts>
              <Facts.Item name="Credits taken">
                <Money amount={preview.data.credits} />
              </Facts.Item>
              <Facts.Item name="Of these, spent already">
                <Money amount={preview.data.debt} />
              </Facts.Item>
            </Facts>
          </section>
        )
      )}
      {owes && preview.data && (
        <Checkbox
          label={`The customer agreed that ${moneyText(preview.data.debt)} of spent credits become debt`}
          checked={values.agreed}
          onChange={({ currentTarget }) => set({ agreed: currentTarget.checked })}
        />
      )}
    </FormModal>
  );
}
