import { Alert, Checkbox, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { nanos } from "@ratebook/core";
import { keepPreviousData, skipToken, useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { errorSentence } from "../../app/error-sentence.ts";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import { Facts } from "../wallet/facts.tsx";
import { operationKey } from "../wallet/operation-key.ts";

type Order = Api<"payments", "order">["order"];
type Preview = Api<"payments", "previewRefund">;

/** Gives money back. What it takes is shown before it is sent; spent credits become debt only where that is ticked. */
export function RefundModal({ order, onClose }: { order: Order; onClose: () => void }) {
  const trpc = useTRPC();
  const key = useRef(operationKey());
  const [typed, setTyped] = useState(typedDollars(nanos(order.amount - order.refunded - order.disputed)));
  const [reason, setReason] = useState("");
  const [agreed, setAgreed] = useState(false);
  const [missing, setMissing] = useState(false);
  const [settledText] = useDebouncedValue(typed, 250);
  const amount = readDollars(settledText);
  const preview = useQuery({
    ...trpc.payments.previewRefund.queryOptions(
      amount.ok && amount.value > 0n ? { orderId: order.id, amount: amount.value } : skipToken,
    ),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const refund = useMutation(
    trpc.payments.refund.mutationOptions({
      onSuccess: ({ amount: sent }) => {
        notifyDone(`${moneyText(sent)} is on its way back.`);
        onClose();
      },
    }),
  );
  const owes = (preview.data?.debt ?? 0n) > 0n;
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    const wanted = readDollars(typed);
    setMissing(reason.trim() === "");
    if (!wanted.ok || reason.trim() === "") return;
    refund.mutate({
      orderId: order.id,
      amount: wanted.value,
      reason: reason.trim(),
      allowDebt: agreed && owes,
      idempotencyKey: key.current,
    });
  };
  const changed = <Value,>(set: (value: Value) => void, value: Value) => {
    // Another refund gets another key; only the same one sent again is the same.
    key.current = operationKey();
    set(value);
  };
  return (
    <FormModal
      opened
      title={`Refund ${order.title}`}
      submitLabel="Send the refund"
      danger
      pending={refund.isPending}
      error={refund.error}
      onSubmit={send}
      onClose={onClose}
    >
      <TextInput
        label="Amount in US dollars"
        inputMode="decimal"
        leftSection="$"
        withAsterisk
        data-autofocus
        value={typed}
        error={amount.ok ? null : amount.error}
        onChange={({ currentTarget }) => changed(setTyped, currentTarget.value)}
      />
      <ReasonField
        description="Kept in the audit log with your name"
        value={reason}
        error={missing ? reasonIssue(reason) : null}
        onChange={({ currentTarget }) => changed(setReason, currentTarget.value)}
      />
      {preview.isError ? (
        <Alert color="red" variant="light" role="status">
          {errorSentence(preview.error)}
        </Alert>
      ) : (
        preview.data && <Consequences preview={preview.data} />
      )}
      {owes && preview.data && !preview.isError && (
        <Checkbox
          label={`The customer agreed that ${moneyText(preview.data.debt)} of spent credits become debt`}
          checked={agreed}
          onChange={({ currentTarget }) => changed(setAgreed, currentTarget.checked)}
        />
      )}
    </FormModal>
  );
}

const Consequences = ({ preview: { credits, bonus, debt, left } }: { preview: Preview }) => (
  <section aria-label="What the refund does">
    <Facts>
      <Facts.Item name="Purchased credits taken">
        <Money amount={credits} />
      </Facts.Item>
      <Facts.Item name="Bonus taken, in proportion">
        <Money amount={bonus} />
      </Facts.Item>
      <Facts.Item name="Of both, spent already">
        <Money amount={debt} />
      </Facts.Item>
      <Facts.Item name="Left to refund now">
        <Money amount={left} />
      </Facts.Item>
    </Facts>
    <Text size="xs" c="dimmed" mt={6}>
      Credits of other purchases are never touched.
    </Text>
  </section>
);
