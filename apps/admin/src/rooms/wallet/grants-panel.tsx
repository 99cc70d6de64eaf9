import { Badge, Table, Text } from "@mantine/core";
import { IconCoins } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Age, Instant } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";

type Grant = Api<"billing", "grants">[number];

/** Credits with their origin, the ones that burn next first. */
export function GrantsPanel({ customerId }: { customerId: string }) {
  const grants = useQuery(useTRPC().billing.grants.queryOptions({ customer: customerId }));
  return (
    <Panel flush title="Grants" description="In the order they burn: the first one pays for the next call.">
      <QueryBody
        query={grants}
        flush
        rows={2}
        empty={{
          when: (data) => data.length === 0,
          show: (
            <EmptyState icon={IconCoins} title="No credits left">
              Purchased and granted credits appear here until they are used up.
            </EmptyState>
          ),
        }}
      >
        {(data) => (
          <DataTable label="Grants in burn order">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">#</Table.Th>
                <Table.Th scope="col">Grant</Table.Th>
                <Table.Th scope="col" className="number">
                  Remaining
                </Table.Th>
                <Table.Th scope="col" className="number">
                  Of
                </Table.Th>
                <Table.Th scope="col">Expires</Table.Th>
                <Table.Th scope="col" className="number">
                  Priority
                </Table.Th>
                <Table.Th scope="col">Granted</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((grant, index) => (
                <GrantRow key={grant.id} grant={grant} place={index + 1} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
    </Panel>
  );
}

const GrantRow = ({ grant, place }: { grant: Grant; place: number }) => (
  <Table.Tr>
    <Table.Td className="figures-tabular">{place}</Table.Td>
    <Table.Td>
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        {grant.source}
      </Text>
      <Badge variant="light" color={categories[grant.category].color} mt={2}>
        {categories[grant.category].name}
      </Badge>
    </Table.Td>
    <Table.Td className="number">
      <Money amount={grant.remaining} />
    </Table.Td>
    <Table.Td className="number">
      <Money amount={grant.amount} />
    </Table.Td>
    <Table.Td>{grant.expiresAt === null ? "Never" : <Instant at={grant.expiresAt} />}</Table.Td>
    <Table.Td className="number">{grant.priority}</Table.Td>
    <Table.Td>
      <Age at={grant.createdAt} />
    </Table.Td>
  </Table.Tr>
);

const categories: Record<Grant["category"], { name: string; color: string }> = {
  purchased: { name: "Purchased", color: "teal" },
  promotional: { name: "Promotional", color: "grape" },
  credit_line: { name: "Credit line", color: "blue" },
};
