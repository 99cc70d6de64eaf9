import { Table } from "@mantine/core";
import { IconReportMoney } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";

/** The last months of the credit line, and what each month's invoice settles. */
export function CreditLinePanel() {
  const months = useQuery(useTRPC().contracts.creditLine.queryOptions({ limit: 12 }));
  return (
    <Panel
      flush
      title="Credit line"
      description="Used last, ends with the UTC month, settled by its invoice once the month is over."
    >
      <QueryBody
        query={months}
        rows={2}
        flush
        empty={{
          when: (rows) => rows.length === 0,
          show: <EmptyState icon={IconReportMoney} title="The first month's line comes within the hour" />,
        }}
      >
        {(rows) => (
          <DataTable label="Months of the credit line" minWidth={0}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Month</Table.Th>
                <Table.Th scope="col" className="number">
                  Line
                </Table.Th>
                <Table.Th scope="col" className="number">
                  Used
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map(({ month, amount, used }) => (
                <Table.Tr key={month}>
                  <Table.Td style={{ whiteSpace: "nowrap" }}>{month.slice(0, 7)}</Table.Td>
                  <Table.Td className="number">
                    <Money amount={amount} />
                  </Table.Td>
                  <Table.Td className="number">
                    {used === null ? "month not over" : <Money amount={used} />}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
    </Panel>
  );
}
