import { Badge, Button, Table, Text } from "@mantine/core";
import { IconPackage } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { dayText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { PackModal } from "./pack-modal.tsx";

export type Pack = Api<"payments", "allPacks">[number];

/** Packs in the order customers see them, those not sold now too. */
export function PacksPanel() {
  const packs = useQuery(useTRPC().payments.allPacks.queryOptions());
  const [editing, edit] = useState<Pack | "new" | null>(null);
  return (
    <Panel
      flush
      title="Credit packs"
      description="In the order customers see them."
      action={
        <Button size="xs" onClick={() => edit("new")}>
          New pack
        </Button>
      }
    >
      <QueryBody
        query={packs}
        flush
        empty={{
          when: (data) => data.length === 0,
          show: (
            <EmptyState icon={IconPackage} title="No packs">
              Customers buy any amount within the limits.
            </EmptyState>
          ),
        }}
      >
        {(data) => (
          <DataTable label="Credit packs" minWidth={320}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col" visibleFrom="sm">
                  Order
                </Table.Th>
                <Table.Th scope="col">Pack</Table.Th>
                <Table.Th scope="col" className="number">
                  Price
                </Table.Th>
                <Table.Th scope="col" className="number" visibleFrom="sm">
                  Bonus
                </Table.Th>
                <Table.Th scope="col" visibleFrom="sm">
                  Sold
                </Table.Th>
                <Table.Th scope="col">
                  <span className="visually-hidden">Change</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((pack) => (
                <Table.Tr key={pack.id}>
                  <Table.Td visibleFrom="sm" className="figures-tabular">
                    {pack.sortOrder}
                  </Table.Td>
                  <Table.Td>
                    <Text size="sm">{pack.name}</Text>
                    <Text size="xs" c="dimmed" className="mono">
                      {pack.slug}
                    </Text>
                    {!pack.active && (
                      <Badge variant="light" color="gray" tt="none">
                        Not sold now
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td className="number">
                    <Money amount={pack.price} />
                  </Table.Td>
                  <Table.Td className="number" visibleFrom="sm">
                    <Money amount={pack.bonus} />
                    {pack.promotion !== null && (
                      <Text size="xs" c="dimmed">
                        with {pack.promotion.label}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td visibleFrom="sm">{datesText(pack)}</Table.Td>
                  <Table.Td className="number">
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      aria-label={`Change ${pack.name}`}
                      onClick={() => edit(pack)}
                    >
                      Change
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      {editing !== null && <PackModal pack={editing === "new" ? null : editing} onClose={() => edit(null)} />}
    </Panel>
  );
}

function datesText({ activeFrom, activeUntil }: Pack): string {
  if (activeFrom === null && activeUntil === null) return "Always";
  const from = activeFrom === null ? "" : `from ${dayText(activeFrom)} `;
  return `${from}${activeUntil === null ? "" : `until ${dayText(activeUntil)}`}`.trim();
}
