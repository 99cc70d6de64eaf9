import { Button, Checkbox, Group, Radio, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { defaultCaps } from "@ratebook/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { LastMonth } from "./last-month.tsx";
import { readDollars, typedDollars } from "./read-dollars.ts";
import { readRule } from "./typed-rule.ts";

type Settings = Api<"payments", "autoTopUp">;

/** The rule while it is off. Saving shows the text that this very rule needs agreement to; only that switches it on. */
export function AutoTopUpForm({ settings }: { settings: Settings }) {
  const usual = defaultCaps(settings.amount);
  const [consentText, setConsentText] = useState<string | null>(null);
  const form = useForm({
    initialValues: {
      mode: settings.mode,
      threshold: typedDollars(settings.threshold),
      amount: typedDollars(settings.amount),
      dailyCap: settings.dailyCap === usual.daily ? "" : typedDollars(settings.dailyCap),
      monthlyCap: settings.monthlyCap === usual.monthly ? "" : typedDollars(settings.monthlyCap),
    },
    validate: {
      threshold: refusal,
      amount: refusal,
      dailyCap: (text) => (text.trim() === "" ? null : refusal(text)),
      monthlyCap: (text) => (text.trim() === "" ? null : refusal(text)),
    },
  });
  const save = useMutation(
    useTRPC().payments.saveAutoTopUp.mutationOptions({
      onSuccess: (saved) => {
        setConsentText(saved.consentText);
      },
      onError: notifyFailure,
    }),
  );
  const review = form.onSubmit((texts) => {
    const rule = readRule(texts);
    if (rule !== null) save.mutate(rule);
  });
  const recharges = form.values.mode === "recharge_to";
  return (
    <form onSubmit={review} noValidate>
      <Stack gap="md">
        <Radio.Group label="How much" {...form.getInputProps("mode")}>
          <Group gap="lg" mt={6}>
            <Radio value="fixed" label="A fixed amount" />
            <Radio value="recharge_to" label="Up to a level" />
          </Group>
        </Radio.Group>
        <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }}>
          <TextInput
            label="When the balance falls below"
            description="US dollars"
            {...dollarField}
            {...form.getInputProps("threshold")}
          />
          <TextInput
            label={recharges ? "Refill to" : "Buy"}
            description="US dollars"
            {...dollarField}
            {...form.getInputProps("amount")}
          />
          <TextInput
            label="At most a day"
            description="Empty: 3 times the amount"
            {...dollarField}
            {...form.getInputProps("dailyCap")}
          />
          <TextInput
            label="At most a month"
            description="Empty: 10 times the amount"
            {...dollarField}
            {...form.getInputProps("monthlyCap")}
          />
        </SimpleGrid>
        <LastMonth rule={readRule(form.values)} onAsk={() => !form.validate().hasErrors} />
        {settings.hasPaymentMethod ? (
          <Group>
            <Button type="submit" loading={save.isPending}>
              Review and switch on
            </Button>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            It needs a saved card: add one below, or save it while buying.
          </Text>
        )}
      </Stack>
      <ConsentModal text={consentText} onClose={() => setConsentText(null)} />
    </form>
  );
}

/** What is agreed to, to the word; switched on only with the box ticked. */
function ConsentModal({ text, onClose }: { text: string | null; onClose: () => void }) {
  const [agreed, setAgreed] = useState(false);
  const [missing, setMissing] = useState(false);
  const enable = useMutation(
    useTRPC().payments.saveAutoTopUp.mutationOptions({
      onSuccess: () => {
        notifyDone("Auto top-up is on.");
        close();
      },
    }),
  );
  const close = () => {
    setAgreed(false);
    setMissing(false);
    enable.reset();
    onClose();
  };
  return (
    <FormModal
      opened={text !== null}
      title="Switch auto top-up on?"
      submitLabel="Switch on"
      pending={enable.isPending}
      error={enable.error}
      onClose={close}
      onSubmit={(event) => {
        event?.preventDefault();
        // The dialog is inside the form of the rule as far as React is concerned.
        event?.stopPropagation();
        setMissing(!agreed);
        if (agreed) enable.mutate({ enabled: true });
      }}
    >
      <Checkbox
        label={text}
        checked={agreed}
        error={missing ? "Tick the box to agree." : null}
        onChange={({ currentTarget }) => setAgreed(currentTarget.checked)}
      />
    </FormModal>
  );
}

const dollarField = { inputMode: "decimal", leftSection: "$", autoComplete: "off" } as const;

function refusal(text: string): string | null {
  const read = readDollars(text);
  return read.ok ? null : read.error;
}
