import { Button, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";

type Seller = Api<"invoices", "seller">;

/** Who sells, as documents from now on say. */
export function SellerPanel() {
  const seller = useQuery(useTRPC().invoices.seller.queryOptions());
  return (
    <Panel title="Seller" description="On documents issued from now on; issued ones keep what they say.">
      <QueryBody query={seller}>
        {(data) => <SellerForm key={JSON.stringify(data)} seller={data} />}
      </QueryBody>
    </Panel>
  );
}

function SellerForm({ seller }: { seller: Seller }) {
  const form = useForm({
    initialValues: {
      name: seller.name,
      address: seller.address.join("\n"),
      country: seller.country ?? "",
      vatId: seller.vatId ?? "",
      email: seller.email ?? "",
      footer: seller.footer ?? "",
      issuer: seller.issuer,
    },
    validate: { name: (text) => (text.trim() === "" ? "Name the seller." : null) },
  });
  const save = useMutation(
    useTRPC().invoices.saveSeller.mutationOptions({
      onSuccess: () => notifyDone("The seller is saved."),
      onError: notifyFailure,
    }),
  );
  const send = form.onSubmit(({ name, address, country, vatId, email, footer, issuer }) =>
    save.mutate({
      ...seller,
      name: name.trim(),
      address: address.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()])),
      country: textOrNull(country),
      vatId: textOrNull(vatId),
      email: textOrNull(email),
      footer: textOrNull(footer),
      issuer,
    }),
  );
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label="Name" withAsterisk maxLength={200} {...form.getInputProps("name")} />
          <TextInput label="E-mail address" {...form.getInputProps("email")} />
          <Textarea label="Address, a line each" autosize minRows={2} {...form.getInputProps("address")} />
          <Textarea
            label="Small print"
            autosize
            minRows={2}
            maxLength={200}
            {...form.getInputProps("footer")}
          />
          <TextInput label="Country" {...form.getInputProps("country")} />
          <TextInput label="VAT id" {...form.getInputProps("vatId")} />
          <Select
            label="Legal document of card purchases"
            allowDeselect={false}
            data={[
              { value: "ratebook", label: "Issued here" },
              { value: "stripe", label: "Stripe's, where it issued one" },
            ]}
            {...form.getInputProps("issuer")}
          />
        </SimpleGrid>
        <Group gap="sm">
          <Button type="submit" variant="default" loading={save.isPending}>
            Save the seller
          </Button>
          <Text size="xs" c="dimmed">
            Numbers look like {seller.invoicePrefix}-2026-000001.
          </Text>
        </Group>
      </Stack>
    </form>
  );
}

const textOrNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());
