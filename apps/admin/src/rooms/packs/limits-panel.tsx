import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { fieldErrors } from "../../app/field-errors.ts";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { readDollars, typedDollars } from "../billing/read-dollars.ts";
import { dollarField, dollarProblem } from "./typed-terms.ts";

type Limits = Api<"payments", "packs">["limits"];

/** The least and the most that is sold at once. */
export function LimitsPanel() {
  const shop = useQuery(useTRPC().payments.packs.queryOptions());
  return (
    <Panel
      title="Purchase limits"
      description="What can be bought at once, through every door. Packs, plans and auto top-up keep to them too."
    >
      <QueryBody query={shop} rows={2}>
        {({ limits }) => <LimitsForm key={`${limits.min} ${limits.max}`} limits={limits} />}
      </QueryBody>
    </Panel>
  );
}

function LimitsForm({ limits }: { limits: Limits }) {
  const form = useForm({
    initialValues: { min: typedDollars(limits.min), max: typedDollars(limits.max) },
    validate: { min: dollarProblem, max: dollarProblem },
  });
  const save = useMutation(
    useTRPC().payments.savePurchaseLimits.mutationOptions({
      onSuccess: () => notifyDone("The purchase limits are saved."),
      onError: (error) => {
        const told = fieldErrors(error);
        form.setErrors(told);
        if (Object.keys(told).length === 0) notifyFailure(error);
      },
    }),
  );
  const send = form.onSubmit((values) => {
    const min = readDollars(values.min);
    const max = readDollars(values.max);
    if (min.ok && max.ok) save.mutate({ min: min.value, max: max.value });
  });
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md" maw={520}>
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="Least purchase" {...dollarField} {...form.getInputProps("min")} />
          <TextInput label="Greatest purchase" {...dollarField} {...form.getInputProps("max")} />
        </SimpleGrid>
        <Group>
          <Button type="submit" variant="default" loading={save.isPending}>
            Save the limits
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
