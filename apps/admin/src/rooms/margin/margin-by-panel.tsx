import { Anchor, SegmentedControl, Table } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { isUnpriced, SpendAmount } from "../usage/spend-amount.tsx";

const WAYS = { model: "Model", provider: "Provider", customer: "Customer" } as const;
type Way = keyof typeof WAYS;

/** Sold, cost and margin by model, provider or customer, dearest first. */
export function MarginByPanel({ from, to }: { from: string; to: string }) {
  const [way, setWay] = useState<Way>("model");
  const usage = useQuery(
    useTRPC().analytics.explore.queryOptions(
      { from, to, granularity: "month", groupBy: way, limit: MOST_ROWS },
      { placeholderData: keepPreviousData },
    ),
  );
  const title = `By ${WAYS[way].toLowerCase()}`;
  return (
    <Panel
      flush
      title={title}
      description={
        <Anchor
          renderRoot={(props) => (
            <Link {...props} to={`/usage?from=${from}&to=${to}&by=${way}` as "/usage"} />
          )}
          size="sm"
        >
          Explore it over time
        </Anchor>
      }
      action={
        <SegmentedControl
          size="xs"
          aria-label="Margin by"
          value={way}
          onChange={(value) => setWay(value as Way)}
          data={Object.entries(WAYS).map(([value, label]) => ({ value, label }))}
        />
      }
    >
      <QueryBody
        query={usage}
        flush
        empty={{
          when: ({ rows }) => rows.length === 0,
          show: <EmptyState icon={IconChartBar} title="Nothing was used in these days" />,
        }}
      >
        {({ rows, rest, totals }) => (
          <DataTable label={title} minWidth={560}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{WAYS[way]}</Table.Th>
                {["Sold", "Cost", "Margin"].map((name) => (
                  <Table.Th key={name} scope="col" className="number">
                    {name}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[
                ...rows,
                ...(rest === null ? [] : [{ key: "others", label: "All others", sums: rest }]),
                { key: "total", label: "Total", sums: totals },
              ].map(({ key, label, sums }) => (
                <Table.Tr key={key}>
                  <Table.Td fw={key === "total" ? 600 : 400}>{label === "" ? "Not named" : label}</Table.Td>
                  <Table.Td className="number">
                    <SpendAmount sums={sums} />
                  </Table.Td>
                  <Table.Td className="number">
                    {sums.costs && (isUnpriced(sums) ? "–" : <Money amount={sums.costs.cost} />)}
                  </Table.Td>
                  <Table.Td className="number">
                    {sums.costs && (isUnpriced(sums) ? "–" : <Money amount={sums.costs.margin} />)}
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

/** Groups that are shown by themselves. */
const MOST_ROWS = 25;
