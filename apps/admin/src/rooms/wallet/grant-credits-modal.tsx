import { Select, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import { moneyText } from "../../money/money-text.ts";
import { endOfDay, readAmount } from "./grant-input.ts";
import { operationKey } from "./operation-key.ts";

type GrantCreditsModalProps = { opened: boolean; customerId: string; name: string; onClose: () => void };

/** Gives a customer credits nobody paid for. The reason is required and kept in the audit log. */
export function GrantCreditsModal({ opened, customerId, name, onClose }: GrantCreditsModalProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const key = useRef(operationKey());
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { amount: "", reason: "", category: "promotional", expiresOn: "" },
    validate: {
      amount: (text) => refusal(readAmount(text)),
      reason: (text) => (text.trim() === "" ? "Say why: it is kept in the audit log." : null),
      expiresOn: (day) => (day === "" ? null : refusal(endOfDay(day))),
    },
    // Another amount is another grant; only the same form sent again is the same one.
    onValuesChange: () => {
      key.current = operationKey();
    },
  });
  const grant = useMutation(trpc.billing.grant.mutationOptions());
  const close = () => {
    form.reset();
    grant.reset();
    key.current = operationKey();
    onClose();
  };

  const send = form.onSubmit(({ amount: text, reason, category, expiresOn }) => {
    const amount = readAmount(text);
    const expiresAt = expiresOn === "" ? null : endOfDay(expiresOn);
    if (!amount.ok || expiresAt?.ok === false) return;
    grant.mutate(
      {
        customer: customerId,
        amount: amount.value,
        reason: reason.trim(),
        category: category === "credit_line" ? "credit_line" : "promotional",
        expiresAt: expiresAt?.value ?? null,
        idempotencyKey: key.current,
      },
      {
        onSuccess: () => {
          notifyDone(`${moneyText(amount.value)} granted to ${name}.`);
          close();
          void queryClient.invalidateQueries();
        },
      },
    );
  });

  return (
    <FormModal
      opened={opened}
      title={`Grant credits to ${name}`}
      submitLabel="Grant the credits"
      pending={grant.isPending}
      error={grant.error}
      onSubmit={send}
      onClose={close}
    >
      <TextInput
        label="Amount in US dollars"
        description="1 credit is 1 dollar; up to nine decimal places"
        inputMode="decimal"
        leftSection="$"
        withAsterisk
        data-autofocus
        key={form.key("amount")}
        {...form.getInputProps("amount")}
      />
      <Textarea
        label="Reason"
        description="Shown to the customer, and kept in the audit log with your name"
        withAsterisk
        autosize
        minRows={2}
        maxLength={500}
        key={form.key("reason")}
        {...form.getInputProps("reason")}
      />
      <Select
        label="Kind"
        allowDeselect={false}
        data={[
          { value: "promotional", label: "Promotional: burns first, never repays debt" },
          { value: "credit_line", label: "Credit line: burns last, settled by invoice" },
        ]}
        key={form.key("category")}
        {...form.getInputProps("category")}
      />
      <TextInput
        label="Last day (UTC)"
        description="Empty: the credits do not expire"
        type="date"
        key={form.key("expiresOn")}
        {...form.getInputProps("expiresOn")}
      />
    </FormModal>
  );
}

const refusal = (read: { ok: true } | { ok: false; error: string }): string | null =>
  read.ok ? null : read.error;
