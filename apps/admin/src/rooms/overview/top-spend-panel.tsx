import { Anchor, Table, Text } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useNow } from "../../app/use-now.ts";
import { callsText } from "../usage/calls-text.ts";
import { SpendAmount } from "../usage/spend-amount.tsx";
import { share } from "./spend.ts";

/** The models or agents that took most since an instant, with a way to look closer. */
export function TopSpendPanel({ from, by }: { from: Date; by: keyof typeof WAYS }) {
  const { title, heading } = WAYS[by];
  const days = { from: dayOf(from), to: dayOf(useNow()) };
  const usage = useQuery(
    useTRPC().analytics.explore.queryOptions({ ...days, granularity: "month", groupBy: by, limit: SHOWN }),
  );
  return (
    <Panel
      flush
      title={title}
      description="This month"
      action={
        <Anchor
          renderRoot={(props) => <Link {...props} to={`/usage?range=month&by=${by}` as "/usage"} />}
          size="sm"
        >
          Look closer
        </Anchor>
      }
    >
      <QueryBody
        query={usage}
        flush
        empty={{
          when: ({ rows }) => rows.length === 0,
          show: (
            <EmptyState icon={IconChartBar} title="Nothing used this month">
              Usage appears here as soon as it is reported.
            </EmptyState>
          ),
        }}
      >
        {({ rows, rest }) => {
          const greatest = rows[0]?.sums.amount ?? 0n;
          return (
            <DataTable label={`Spend by ${by}`} minWidth={300}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">{heading}</Table.Th>
                  <Table.Th scope="col" className="number">
                    Calls
                  </Table.Th>
                  <Table.Th scope="col" className="number">
                    Spend
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map(({ key, label, sums }) => (
                  <Table.Tr key={key}>
                    <Table.Td>
                      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                        {label === "" ? "Not named" : label}
                      </Text>
                      <div className="share-bar" aria-hidden>
                        <div style={{ width: `${share(sums.amount, greatest) / 10}%` }} />
                      </div>
                    </Table.Td>
                    <Table.Td className="number">{callsText(sums)}</Table.Td>
                    <Table.Td className="number">
                      <SpendAmount sums={sums} />
                    </Table.Td>
                  </Table.Tr>
                ))}
                {rest !== null && (
                  <Table.Tr>
                    <Table.Td>All others</Table.Td>
                    <Table.Td className="number">{callsText(rest)}</Table.Td>
                    <Table.Td className="number">
                      <SpendAmount sums={rest} />
                    </Table.Td>
                  </Table.Tr>
                )}
              </Table.Tbody>
            </DataTable>
          );
        }}
      </QueryBody>
    </Panel>
  );
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** As many as stand beside the chart of the month without making it taller. */
const SHOWN = 7;

const WAYS = {
  model: { title: "By model", heading: "Model" },
  agent: { title: "By agent", heading: "Agent" },
} as const;
