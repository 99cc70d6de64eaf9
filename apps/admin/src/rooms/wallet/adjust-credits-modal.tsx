import { Radio, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { nanos } from "@ratebook/core";
import { keepPreviousData, skipToken, useMutation, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { moneyText } from "../../money/money-text.ts";
import { AdjustPreview } from "./adjust-preview.tsx";
import { endOfDay, readAmount } from "./grant-input.ts";
import { operationKey } from "./operation-key.ts";

type AdjustCreditsModalProps = { opened: boolean; customerId: string; name: string; onClose: () => void };

/**
 * Gives a customer credits nobody paid for, or takes some away. What it would do is shown before it is posted; the reason
 * is required and kept in the audit log.
 */
export function AdjustCreditsModal({ opened, customerId, name, onClose }: AdjustCreditsModalProps) {
  const trpc = useTRPC();
  const key = useRef(operationKey());
  const form = useForm({
    initialValues: { direction: "grant", amount: "", reason: "", category: "promotional", expiresOn: "" },
    validate: {
      amount: (text) => refusal(readAmount(text)),
      reason: reasonIssue,
      expiresOn: (day) => (day === "" ? null : refusal(endOfDay(day))),
    },
    // Another amount is another adjustment; only the same form sent again is the same one.
    onValuesChange: () => {
      key.current = operationKey();
    },
  });
  const gives = form.values.direction === "grant";
  const [wanted] = useDebouncedValue(asked(customerId, form.values), 250, { leading: true });
  const preview = useQuery({
    ...trpc.billing.previewAdjustment.queryOptions(opened && wanted !== null ? wanted : skipToken),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const grant = useMutation(trpc.billing.grant.mutationOptions());
  const take = useMutation(trpc.billing.take.mutationOptions());
  const close = () => {
    form.reset();
    grant.reset();
    take.reset();
    key.current = operationKey();
    onClose();
  };
  const done = (sentence: string) => () => {
    notifyDone(sentence);
    close();
  };
  const send = form.onSubmit(({ amount: text, reason }) => {
    const amount = readAmount(text);
    const terms = asked(customerId, form.values);
    if (!amount.ok || terms === null) return;
    const common = { customer: customerId, reason: reason.trim(), idempotencyKey: key.current };
    const said = moneyText(amount.value);
    if (!gives) {
      take.mutate({ ...common, amount: amount.value }, { onSuccess: done(`${said} taken from ${name}.`) });
      return;
    }
    grant.mutate(
      { ...common, amount: amount.value, category: terms.category, expiresAt: terms.expiresAt },
      { onSuccess: done(`${said} granted to ${name}.`) },
    );
  });

  return (
    <FormModal
      opened={opened}
      title={`Adjust credits of ${name}`}
      submitLabel={gives ? "Grant the credits" : "Take the credits"}
      danger={!gives}
      pending={grant.isPending || take.isPending}
      error={gives ? grant.error : take.error}
      onSubmit={send}
      onClose={close}
    >
      <Radio.Group label="What to do" {...form.getInputProps("direction")}>
        <Stack gap={6} mt={6}>
          <Radio value="grant" label="Grant credits" />
          <Radio value="take" label="Take credits away: never beyond what is available" />
        </Stack>
      </Radio.Group>
      <TextInput
        label="Amount in US dollars"
        description="1 credit is 1 dollar; up to nine decimal places"
        inputMode="decimal"
        leftSection="$"
        withAsterisk
        data-autofocus
        {...form.getInputProps("amount")}
      />
      <ReasonField
        description="Shown to the customer, and kept in the audit log with your name"
        {...form.getInputProps("reason")}
      />
      {gives && (
        <>
          <Select
            label="Kind"
            allowDeselect={false}
            data={[
              { value: "promotional", label: "Promotional: burns first, never repays debt" },
              { value: "credit_line", label: "Credit line: burns last, settled by invoice" },
            ]}
            {...form.getInputProps("category")}
          />
          <TextInput
            label="Last day (UTC)"
            description="Empty: the credits do not expire"
            type="date"
            {...form.getInputProps("expiresOn")}
          />
        </>
      )}
      {wanted !== null && <AdjustPreview preview={preview.data} error={preview.error} />}
    </FormModal>
  );
}

type Values = { direction: string; amount: string; category: string; expiresOn: string };

/** What the form asks for; null while it is not complete. */
function asked(customer: string, { direction, amount: text, category: named, expiresOn }: Values) {
  const amount = readAmount(text);
  const expiresAt = expiresOn === "" ? null : endOfDay(expiresOn);
  if (!amount.ok || expiresAt?.ok === false) return null;
  const category = named === "credit_line" ? ("credit_line" as const) : ("promotional" as const);
  return direction === "grant"
    ? { customer, amount: amount.value, category, expiresAt: expiresAt?.value ?? null }
    : { customer, amount: nanos(0n - amount.value), category, expiresAt: null };
}

const refusal = (read: { ok: true } | { ok: false; error: string }): string | null =>
  read.ok ? null : read.error;
