import { Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { DataTable } from "../../app/data-table.tsx";
import { dayText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";

/** Credits that come again every period without a plan; nothing where there are none. */
export function RecurringPanel() {
  const grants = useQuery(useTRPC().payments.recurringGrants.queryOptions({}));
  const active = grants.data?.filter(({ active: given, planId }) => given && planId === null) ?? [];
  if (active.length === 0) return null;
  return (
    <Panel flush title="Included credits" description="They come again every period and end with it.">
      <DataTable label="Included credits" minWidth={320}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Plan</Table.Th>
            <Table.Th scope="col" className="number">
              Credits
            </Table.Th>
            <Table.Th scope="col">Next</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {active.map((grant) => (
            <Table.Tr key={grant.id}>
              <Table.Td>
                <Text size="sm">{grant.name}</Text>
                {grant.rolloverCap > 0n && (
                  <Text size="xs" c="dimmed">
                    up to <Money amount={grant.rolloverCap} /> left over lives one period longer
                  </Text>
                )}
              </Table.Td>
              <Table.Td className="number">
                <Money amount={grant.amount} /> a {grant.period}
              </Table.Td>
              <Table.Td>{grant.nextAt === null ? "With your subscription" : dayText(grant.nextAt)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </DataTable>
    </Panel>
  );
}
