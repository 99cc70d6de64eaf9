import { Anchor, Table, Text } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { share } from "./spend.ts";

/** The models or agents that took most since an instant, with a way to look closer. */
export function TopSpendPanel({ from, by }: { from: Date; by: keyof typeof WAYS }) {
  const { group, title, heading } = WAYS[by];
  const usage = useQuery(useTRPC().billing.usage.queryOptions({ from, groupBy: group, limit: 200 }));
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
          when: ({ items }) => items.length === 0,
          show: (
            <EmptyState icon={IconChartBar} title="Nothing used this month">
              Usage appears here as soon as it is reported.
            </EmptyState>
          ),
        }}
      >
        {({ items }) => {
          const sorted = items.toSorted((a, b) => (a.amount < b.amount ? 1 : -1));
          const greatest = sorted[0]?.amount ?? 0n;
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
                {sorted.slice(0, 12).map(({ key, events, amount }) => (
                  <Table.Tr key={key ?? ""}>
                    <Table.Td>
                      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                        {key ?? "Not named"}
                      </Text>
                      <div className="share-bar" aria-hidden>
                        <div style={{ width: `${share(amount, greatest) / 10}%` }} />
                      </div>
                    </Table.Td>
                    <Table.Td className="number">{events.toLocaleString("en")}</Table.Td>
                    <Table.Td className="number">
                      <Money amount={amount} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </DataTable>
          );
        }}
      </QueryBody>
    </Panel>
  );
}

const WAYS = {
  model: { group: "offering", title: "By model", heading: "Model" },
  agent: { group: "agent", title: "By agent", heading: "Agent" },
} as const;
