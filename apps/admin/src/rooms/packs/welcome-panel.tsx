import { Button, Group, SimpleGrid, Stack, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { fieldErrors } from "../../app/field-errors.ts";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import { countProblem, dollarField, dollarProblem } from "./typed-terms.ts";

type Settings = Api<"payments", "signupGrant">;

/** What signing up gives, and what keeps one person from signing up for it again and again. */
export function WelcomePanel() {
  const settings = useQuery(useTRPC().payments.signupGrant.queryOptions());
  return (
    <Panel
      title="Welcome credits"
      description="Given once to every mailbox that was confirmed: case, what follows a + and Gmail's dots make no other mailbox."
    >
      <QueryBody query={settings} rows={3}>
        {(data) => <WelcomeForm key={JSON.stringify(shownOf(data))} settings={data} />}
      </QueryBody>
    </Panel>
  );
}

function WelcomeForm({ settings }: { settings: Settings }) {
  const form = useForm({
    initialValues: shownOf(settings),
    validate: { amount: dollarProblem, perAddress: countProblem, windowHours: countProblem },
  });
  const save = useMutation(
    useTRPC().payments.saveSignupGrant.mutationOptions({
      onSuccess: ({ enabled }) =>
        notifyDone(enabled ? "Signing up gives credits now." : "Signing up gives no credits now."),
      onError: (error) => {
        const told = fieldErrors(error);
        form.setErrors(told);
        if (Object.keys(told).length === 0) notifyFailure(error);
      },
    }),
  );
  const send = form.onSubmit(({ enabled, amount: text, perAddress, windowHours }) => {
    const amount = readDollars(text);
    if (!amount.ok) return;
    save.mutate({
      enabled,
      amount: amount.value,
      perAddress: Number(perAddress),
      windowHours: Number(windowHours),
    });
  });
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md" maw={680}>
        <Switch
          label="Give credits for signing up"
          {...form.getInputProps("enabled", { type: "checkbox" })}
        />
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <TextInput
            label="Credits"
            description="Promotional, for ever"
            {...dollarField}
            {...form.getInputProps("amount")}
          />
          <TextInput
            label="Grants an address"
            description="Of the network; /64 for IPv6"
            inputMode="numeric"
            {...form.getInputProps("perAddress")}
          />
          <TextInput
            label="Within how many hours"
            description="Later ones get nothing"
            inputMode="numeric"
            {...form.getInputProps("windowHours")}
          />
        </SimpleGrid>
        <Group>
          <Button type="submit" variant="default" loading={save.isPending}>
            Save the welcome credits
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const shownOf = ({ enabled, amount, perAddress, windowHours }: Settings) => ({
  enabled,
  amount: typedDollars(amount),
  perAddress: String(perAddress),
  windowHours: String(windowHours),
});
