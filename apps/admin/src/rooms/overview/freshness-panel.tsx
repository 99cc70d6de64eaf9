import { Anchor, Badge, Table, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { dayText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { freshnessOf } from "./freshness.ts";

type Source = Api<"catalog", "sources">[number];

/** How old each source's prices are. */
export function FreshnessPanel() {
  const sources = useQuery(useTRPC().catalog.sources.queryOptions());
  return (
    <Panel
      flush
      title="Catalogue freshness"
      description="When each price source was last read and proved current. A failure never refreshes a date."
    >
      <QueryBody
        query={sources}
        flush
        empty={{
          when: (data) => data.length === 0,
          show: (
            <EmptyState icon={IconRefresh} title="No price source has reported yet">
              The worker announces its sources when it starts.
            </EmptyState>
          ),
        }}
      >
        {(data) => (
          <DataTable label="Catalogue freshness">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Source</Table.Th>
                <Table.Th scope="col">State</Table.Th>
                <Table.Th scope="col">Checked</Table.Th>
                <Table.Th scope="col">Changed</Table.Th>
                <Table.Th scope="col">Prices of</Table.Th>
                <Table.Th scope="col" className="number">
                  Offerings
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((source) => (
                <SourceRow key={source.source} source={source} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
    </Panel>
  );
}

function SourceRow({ source }: { source: Source }) {
  const { state, color } = freshnessOf(source);
  return (
    <Table.Tr>
      <Table.Td>
        {source.homepage === null ? (
          <Text size="sm" fw={500}>
            {source.title}
          </Text>
        ) : (
          <Anchor href={source.homepage} target="_blank" rel="noreferrer" size="sm">
            {source.title}
          </Anchor>
        )}
        {state === "Failing" && source.lastFailure !== null && (
          <Text size="xs" c="dimmed" maw={360} lineClamp={2} title={source.lastFailure}>
            {source.lastFailure}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={color}>
          {state}
        </Badge>
      </Table.Td>
      <Table.Td>{source.checkedAt === null ? "never" : <Age at={source.checkedAt} />}</Table.Td>
      <Table.Td>{source.changedAt === null ? "never" : <Age at={source.changedAt} />}</Table.Td>
      <Table.Td className="figures-tabular">{source.asOf === null ? "–" : dayText(source.asOf)}</Table.Td>
      <Table.Td className="number">{source.offerings.toLocaleString("en")}</Table.Td>
    </Table.Tr>
  );
}
