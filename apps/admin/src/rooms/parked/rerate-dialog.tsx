import { Group, NumberInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { Figure, Figures } from "../../app/figure.tsx";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { readAsOf } from "../catalogue/as-of.ts";
import { operationKey } from "../wallet/operation-key.ts";

/** Prices a window of past usage by another version: a dry run first, then the corrections, once per form. */
export function RerateDialog({ onClose }: { onClose: () => void }) {
  const trpc = useTRPC();
  const key = useRef(operationKey());
  const dryRun = useMutation(trpc.catalog.rerate.mutationOptions({ meta: { reads: true } }));
  const post = useMutation(trpc.catalog.rerate.mutationOptions());
  const form = useForm({
    initialValues: { from: "", to: "", version: "" as string | number, offering: "", reason: "" },
    validate: {
      from: (text) => (readAsOf(text) === null ? "Say from when, in UTC." : null),
      to: (text) => (readAsOf(text) === null ? "Say until when, in UTC." : null),
      version: (value) => (typeof value === "number" && value > 0 ? null : "Say which version."),
      reason: reasonIssue,
    },
    // Another window is another re-rating, and its figures are others.
    onValuesChange: () => {
      key.current = operationKey();
      dryRun.reset();
      post.reset();
    },
  });
  const send = form.onSubmit(({ from: start, to: end, version, offering, reason }) => {
    const [from, to] = [readAsOf(start), readAsOf(end)];
    if (from === null || to === null || typeof version !== "number") return;
    const window = {
      from,
      to,
      version,
      ...(offering.trim() !== "" && { offering: offering.trim() }),
      reason: reason.trim(),
    };
    if (dryRun.data === undefined) {
      dryRun.mutate({ ...window, dryRun: true });
      return;
    }
    post.mutate(
      { ...window, dryRun: false, idempotencyKey: key.current },
      {
        onSuccess: ({ status, changed }) => {
          if (status === "posting") return;
          notifyDone(`${changed} debits corrected.`);
          onClose();
        },
      },
    );
  });
  const { data } = dryRun;
  return (
    <FormModal
      opened
      title="Re-rate a window"
      submitLabel={data === undefined ? "Dry run" : "Post the corrections"}
      pending={dryRun.isPending || post.isPending}
      error={post.error ?? dryRun.error}
      onSubmit={send}
      onClose={onClose}
    >
      <Group grow align="flex-start" gap="sm">
        <TextInput type="datetime-local" label="From (UTC)" withAsterisk {...form.getInputProps("from")} />
        <TextInput type="datetime-local" label="To (UTC)" withAsterisk {...form.getInputProps("to")} />
      </Group>
      <Group grow align="flex-start" gap="sm">
        <NumberInput
          label="By catalogue version"
          withAsterisk
          min={1}
          allowDecimal={false}
          {...form.getInputProps("version")}
        />
        <TextInput label="Only this offering" placeholder="all" {...form.getInputProps("offering")} />
      </Group>
      <ReasonField {...form.getInputProps("reason")} />
      {data && (
        <div role="status">
          <Figures label="Dry run">
            <Figure label="Debits that change" value={`${data.changed} of ${data.events}`} />
            <Figure label="Given back" value={<Money amount={data.inFavour} />} />
            <Figure label="Debited in addition" value={<Money amount={data.toDebit} />} />
          </Figures>
          {data.customers.slice(0, 5).map(({ customerId, name, difference }) => (
            <Text key={customerId} size="sm" mt="xs">
              {name}: {moneyText(difference, { signed: true })}
            </Text>
          ))}
        </div>
      )}
      {post.data?.status === "posting" && (
        <Text size="sm" role="alert">
          The ledger could not take all of it just now. Send it again to go on; nothing is posted twice.
        </Text>
      )}
    </FormModal>
  );
}
