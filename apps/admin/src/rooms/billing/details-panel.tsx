import { Button, Group, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";

type Details = Api<"invoices", "details">;

/** Who buys, as invoices from now on say: name, address, VAT id. */
export function DetailsPanel({ pays }: { pays: boolean }) {
  const details = useQuery(useTRPC().invoices.details.queryOptions({}));
  return (
    <Panel title="On your invoices" description="For invoices from now on; issued ones keep what they say.">
      <QueryBody query={details}>
        {(data) => <DetailsForm key={JSON.stringify(data)} details={data} pays={pays} />}
      </QueryBody>
    </Panel>
  );
}

function DetailsForm({ details, pays }: { details: Details; pays: boolean }) {
  const form = useForm({
    initialValues: {
      name: details.name,
      email: details.email ?? "",
      address: details.address.join("\n"),
      country: details.country ?? "",
      vatId: details.vatId ?? "",
    },
    validate: {
      name: (text) => (text.trim() === "" ? "Name the organization." : null),
      address: (text) => (text.split("\n").length > 8 ? "At most eight lines." : null),
    },
  });
  const save = useMutation(
    useTRPC().invoices.saveDetails.mutationOptions({
      onSuccess: () => notifyDone("Invoices from now on say this."),
      onError: notifyFailure,
    }),
  );
  const send = form.onSubmit(({ name, email, address, country, vatId }) =>
    save.mutate({
      name: name.trim(),
      email: textOrNull(email),
      address: address.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()])),
      country: textOrNull(country),
      vatId: textOrNull(vatId),
    }),
  );
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label="Name"
            withAsterisk
            readOnly={!pays}
            maxLength={200}
            {...form.getInputProps("name")}
          />
          <TextInput label="E-mail address" readOnly={!pays} {...form.getInputProps("email")} />
          <Textarea
            label="Address, a line each"
            autosize
            minRows={2}
            readOnly={!pays}
            {...form.getInputProps("address")}
          />
          <Stack gap="md">
            <TextInput label="Country" readOnly={!pays} {...form.getInputProps("country")} />
            <TextInput label="VAT id" readOnly={!pays} {...form.getInputProps("vatId")} />
          </Stack>
        </SimpleGrid>
        {pays && (
          <Group>
            <Button type="submit" variant="default" loading={save.isPending}>
              Save these details
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}

const textOrNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());
