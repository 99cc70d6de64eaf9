import { Badge, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { DataTable } from "../../app/data-table.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import { MapNameButton } from "./map-name-button.tsx";

/** What each source calls an offering; a wrong one can be put right. */
export function NamesPanel({ offering }: { offering: string }) {
  const identity = useQuery(useTRPC().catalog.identity.queryOptions({ offering }));
  return (
    <Panel
      flush
      title="What sources call it"
      action={<MapNameButton offering={offering} />}
      description="Names are matched as they are, unless a mapping of yours says what a source means."
    >
      <QueryBody
        query={identity}
        rows={2}
        flush
        empty={{
          when: ({ sources }) => sources.length === 0,
          show: (
            <Text size="sm" c="dimmed" px="md" pb="md">
              No source names it.
            </Text>
          ),
        }}
      >
        {({ sources }) => (
          <DataTable label="What sources call it" minWidth={520}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Source</Table.Th>
                <Table.Th scope="col">Calls it</Table.Th>
                <Table.Th scope="col">Known by</Table.Th>
                <Table.Th scope="col">Its aliases</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sources.map(({ source, called, by, aliases, missingSince }) => (
                <Table.Tr key={source}>
                  <Table.Td>
                    <SourceBadge source={source} />{" "}
                    {missingSince !== null && (
                      <Badge size="sm" variant="light" color="orange">
                        Missing
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td className="mono">{called.join(", ")}</Table.Td>
                  <Table.Td>{by === "mapping" ? "Your mapping" : "Its name"}</Table.Td>
                  <Table.Td className="mono">{aliases.length === 0 ? "–" : aliases.join(", ")}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
    </Panel>
  );
}
