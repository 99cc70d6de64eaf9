import { Button, MultiSelect, Stack, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { useTRPC } from "../../app/trpc.ts";
import classes from "./authority.module.css";
import { levelText, orderChangeText } from "./order-text.ts";

/** The shipped order of sources, and the operator's own by provider. */
export function OrdersPanel() {
  const order = useQuery(useTRPC().catalog.authorityOrder.queryOptions());
  const [asked, setAsked] = useState<{ provider: string } | null>(null);
  return (
    <Panel
      flush
      title="Order of sources"
      description="The shipped order, and your own for single providers."
      action={
        <Button size="xs" variant="default" onClick={() => setAsked({ provider: "" })}>
          Set an order
        </Button>
      }
    >
      <QueryBody query={order} flush>
        {({ levels, providers }) => (
          <Stack gap={0}>
            <ol className={classes.levels} aria-label="The shipped order">
              {levels.map((level) => (
                <li key={level}>{levelText(level)}</li>
              ))}
            </ol>
            {Object.keys(providers).length > 0 && (
              <DataTable label="Your own orders">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">Provider</Table.Th>
                    <Table.Th scope="col">Decide first, in this order</Table.Th>
                    <Table.Th scope="col">Only witnesses</Table.Th>
                    <Table.Th scope="col">Change</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {Object.entries(providers).map(([provider, { first, witnesses }]) => (
                    <Table.Tr key={provider}>
                      <Table.Td>{provider}</Table.Td>
                      <Table.Td>{first.join(", then ") || "–"}</Table.Td>
                      <Table.Td>{witnesses.join(", ") || "–"}</Table.Td>
                      <Table.Td>
                        <Button
                          size="compact-sm"
                          variant="default"
                          aria-label={`Change the order of ${provider}`}
                          onClick={() => setAsked({ provider })}
                        >
                          Change
                        </Button>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </DataTable>
            )}
            {asked && (
              <OrderModal
                provider={asked.provider}
                order={providers[asked.provider] ?? { first: [], witnesses: [] }}
                onClose={() => setAsked(null)}
              />
            )}
          </Stack>
        )}
      </QueryBody>
    </Panel>
  );
}

type OrderModalProps = {
  provider: string;
  order: { first: readonly string[]; witnesses: readonly string[] };
  onClose: () => void;
};

function OrderModal({ provider, order, onClose }: OrderModalProps) {
  const trpc = useTRPC();
  const sources = useQuery(trpc.catalog.sources.queryOptions());
  const dryRun = useMutation(trpc.catalog.setAuthority.mutationOptions({ meta: { reads: true } }));
  const set = useMutation(
    trpc.catalog.setAuthority.mutationOptions({
      onSuccess: ({ version }) => {
        notifyDone(
          version === null
            ? "Set. No price differs by it."
            : `Set: catalogue version ${version} follows from it.`,
        );
        onClose();
      },
    }),
  );
  const form = useForm({
    initialValues: { provider, first: [...order.first], witnesses: [...order.witnesses], reason: "" },
    validate: {
      provider: (text) => (text.trim() === "" ? "Name the provider." : null),
      reason: reasonIssue,
    },
    onValuesChange: () => dryRun.reset(),
  });
  const names = (sources.data ?? []).map(({ source }) => source);
  return (
    <FormModal
      opened
      title={provider === "" ? "Set an order of sources" : `Order of sources for ${provider}`}
      submitLabel={dryRun.data ? "Set the order" : "Dry run"}
      pending={dryRun.isPending || set.isPending}
      error={set.error ?? dryRun.error}
      onClose={onClose}
      onSubmit={form.onSubmit(({ provider: named, first, witnesses, reason }) => {
        const shipped = first.length === 0 && witnesses.length === 0;
        const input = {
          provider: named.trim(),
          order: shipped ? null : { first, witnesses },
          reason: reason.trim(),
        };
        if (dryRun.data) set.mutate({ ...input, dryRun: false });
        else dryRun.mutate({ ...input, dryRun: true });
      })}
    >
      <TextInput
        label="Provider"
        withAsterisk
        disabled={provider !== ""}
        {...form.getInputProps("provider")}
      />
      <MultiSelect
        label="Decide first"
        description="In this order, before every other source"
        searchable
        data={names}
        {...form.getInputProps("first")}
      />
      <MultiSelect
        label="Only witnesses"
        description="Never decide; none in both goes back to the shipped order"
        searchable
        data={names}
        {...form.getInputProps("witnesses")}
      />
      <ReasonField {...form.getInputProps("reason")} />
      {dryRun.data && (
        <Text size="sm" role="status">
          {orderChangeText(dryRun.data)}
        </Text>
      )}
    </FormModal>
  );
}
