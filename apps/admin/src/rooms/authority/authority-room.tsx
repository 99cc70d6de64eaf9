import { Button, Stack, Table, Text } from "@mantine/core";
import { IconScale } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Age, Instant } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { notifyDone } from "../../app/notify.ts";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { ModelLink } from "../catalogue/model-link.tsx";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import { meterText } from "../wallet/meter-text.ts";
import { MapNameButton } from "./map-name-button.tsx";
import { OrdersPanel } from "./orders-panel.tsx";

/** Whose word counts: the order of sources by provider, the operator's overrides, and what sources' names mean. */
export const AuthorityRoom = () => (
  <>
    <PageHeader
      title="Authority"
      description="Whose word prices what. The most authoritative source that states a price decides; the others are witnesses."
    />
    <Stack gap="lg">
      <OrdersPanel />
      <Overrides />
      <Mappings />
    </Stack>
  </>
);

type Override = Api<"catalog", "overrides">[number];

function Overrides() {
  const trpc = useTRPC();
  const overrides = useQuery(trpc.catalog.overrides.queryOptions());
  const [ending, setEnding] = useState<Override | null>(null);
  return (
    <Panel
      flush
      title="Overrides"
      description="Meters priced by your own dated word; no source touches them."
    >
      <QueryBody
        query={overrides}
        rows={2}
        flush
        empty={{
          when: (data) => data.length === 0,
          show: <EmptyState icon={IconScale} title="The sources decide everywhere" />,
        }}
      >
        {(data) => (
          <DataTable label="Overrides" minWidth={760}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Offering</Table.Th>
                <Table.Th scope="col">Meter</Table.Th>
                <Table.Th scope="col">Kind</Table.Th>
                <Table.Th scope="col">Until</Table.Th>
                <Table.Th scope="col">Reason</Table.Th>
                <Table.Th scope="col">End it</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((it) => (
                <Table.Tr key={`${it.offering} ${it.meter}`}>
                  <Table.Td>
                    <ModelLink offering={it.offering} name={null} scale="1m" />
                  </Table.Td>
                  <Table.Td>{meterText(it.meter)}</Table.Td>
                  <Table.Td>
                    {it.kind === "edit" ? "Corrected price" : `Rolled back to version ${it.rolledBackTo}`}
                  </Table.Td>
                  <Table.Td>{it.until === null ? "you end it" : <Instant at={it.until} />}</Table.Td>
                  <Table.Td>“{it.reason}”</Table.Td>
                  <Table.Td>
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`End the override of ${it.offering}, ${meterText(it.meter)}`}
                      onClick={() => setEnding(it)}
                    >
                      End
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      {ending && <EndDialog override={ending} onClose={() => setEnding(null)} />}
    </Panel>
  );
}

function EndDialog({ override, onClose }: { override: Override; onClose: () => void }) {
  const end = useMutation(
    useTRPC().catalog.endOverrides.mutationOptions({
      onSuccess: ({ version }) => {
        notifyDone(
          version === null
            ? "Ended. The sources say the same."
            : `Ended: catalogue version ${version} is the sources'.`,
        );
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      opened
      title="End this override"
      consequence={`${override.offering}, ${meterText(override.meter)}: the sources decide again from this instant on.`}
      submitLabel="End the override"
      pending={end.isPending}
      error={end.error}
      onSubmit={(reason) => end.mutate({ offering: override.offering, meter: override.meter, reason })}
      onClose={onClose}
    />
  );
}

type Mapping = Api<"catalog", "identities">[number];

function Mappings() {
  const identities = useQuery(useTRPC().catalog.identities.queryOptions({}));
  const [removing, setRemoving] = useState<Mapping | null>(null);
  return (
    <Panel
      flush
      title="Names"
      description="What you say a source means by a name; every other name is taken as it is."
      action={<MapNameButton />}
    >
      <QueryBody
        query={identities}
        rows={2}
        flush
        empty={{
          when: (data) => data.length === 0,
          show: (
            <Text size="sm" c="dimmed" px="md" pb="md">
              No name is mapped.
            </Text>
          ),
        }}
      >
        {(data) => (
          <DataTable label="Names" minWidth={760}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Source</Table.Th>
                <Table.Th scope="col">Its name</Table.Th>
                <Table.Th scope="col">Our offering</Table.Th>
                <Table.Th scope="col">Reason</Table.Th>
                <Table.Th scope="col">Since</Table.Th>
                <Table.Th scope="col">Take back</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((it) => (
                <Table.Tr key={`${it.source} ${it.sourceOffering}`}>
                  <Table.Td>
                    <SourceBadge source={it.source} />
                  </Table.Td>
                  <Table.Td className="mono">{it.sourceOffering}</Table.Td>
                  <Table.Td>
                    {it.offering === null ? (
                      "left out"
                    ) : (
                      <ModelLink offering={it.offering} name={null} scale="1m" />
                    )}
                  </Table.Td>
                  <Table.Td>“{it.reason}”</Table.Td>
                  <Table.Td>
                    <Age at={it.createdAt} />
                  </Table.Td>
                  <Table.Td>
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Take back the mapping of ${it.sourceOffering}`}
                      onClick={() => setRemoving(it)}
                    >
                      Take back
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      {removing && <RemoveDialog mapping={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

function RemoveDialog({ mapping, onClose }: { mapping: Mapping; onClose: () => void }) {
  const remove = useMutation(
    useTRPC().catalog.removeIdentity.mutationOptions({
      onSuccess: () => {
        notifyDone("The name is taken as it is again.");
        onClose();
      },
    }),
  );
  const { source, sourceOffering } = mapping;
  return (
    <ReasonDialog
      opened
      title="Take this mapping back"
      consequence={`What ${source} says of ${sourceOffering} counts for that name again, from this instant on.`}
      submitLabel="Take it back"
      pending={remove.isPending}
      error={remove.error}
      onSubmit={(reason) => remove.mutate({ source, sourceOffering, reason })}
      onClose={onClose}
    />
  );
}
