import { Badge, SegmentedControl, Table, Text } from "@mantine/core";
import { nanos } from "@ratebook/core";
import { IconScale } from "@tabler/icons-react";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { Money } from "../../money/money.tsx";
import { isUnpriced, type Spend, SpendAmount } from "../usage/spend-amount.tsx";
import type { Report } from "./margin-room.tsx";

type Row = Report["rows"][number];
type State = Row["state"];

/** Model days that a provider billed otherwise than they were recorded, the dearest loss first. */
export function VariancePanel({ data }: { data: Report }) {
  const [leaksOnly, setLeaksOnly] = useState(false);
  if (data.providerDays === 0) return null;
  const rows = leaksOnly ? data.rows.filter(({ state }) => STATES[state].leak) : data.rows;
  return (
    <Panel
      flush
      title="Variances"
      description={`${(data.states.matches ?? 0).toLocaleString("en")} model days match within one percent or a cent.`}
      action={
        <SegmentedControl
          size="xs"
          aria-label="Which variances"
          value={leaksOnly ? "leaks" : "all"}
          onChange={(value) => setLeaksOnly(value === "leaks")}
          data={[
            { value: "all", label: "All" },
            { value: "leaks", label: "Leaks" },
          ]}
        />
      }
    >
      {rows.length === 0 ? (
        <EmptyState icon={IconScale} title="Everything matches">
          What providers billed is what was recorded, and all of it was sold above cost.
        </EmptyState>
      ) : (
        <DataTable label="Variances" minWidth={860}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Day</Table.Th>
              <Table.Th scope="col">Model</Table.Th>
              <Table.Th scope="col">What</Table.Th>
              {["Billed", "Reckoned", "Difference", "Sold", "Lost"].map((name) => (
                <Table.Th key={name} scope="col" className="number">
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ day, offering, state, billed, cost, difference, lost, ...row }) => (
              <Table.Tr key={`${day} ${offering}`}>
                <Table.Td className="figures-tabular" style={{ whiteSpace: "nowrap" }}>
                  {day}
                </Table.Td>
                <Table.Td>{offering}</Table.Td>
                <Table.Td>
                  <Badge variant="light" color={STATES[state].color}>
                    {STATES[state].text}
                  </Badge>
                </Table.Td>
                <Table.Td className="number">{billed === null ? "–" : <Money amount={billed} />}</Table.Td>
                <Table.Td className="number">
                  {isUnpriced(soldOf(row)) ? "–" : <Money amount={cost} />}
                </Table.Td>
                <Table.Td className="number">
                  {row.parked > 0n ? "–" : <Money amount={difference} />}
                </Table.Td>
                <Table.Td className="number">
                  <SpendAmount sums={soldOf(row)} />
                </Table.Td>
                <Table.Td className="number">{STATES[state].leak ? <Money amount={lost} /> : "–"}</Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Td fw={600} colSpan={3}>
                Total of these
              </Table.Td>
              {(["billed", "cost", "difference", "amount", "lost"] as const).map((name) => (
                <Table.Td key={name} className="number">
                  <Money amount={nanos(rows.reduce((sum, row) => sum + (row[name] ?? 0n), 0n))} />
                </Table.Td>
              ))}
            </Table.Tr>
          </Table.Tbody>
        </DataTable>
      )}
      {data.omitted > 0 && (
        <Text size="sm" c="dimmed" p="md">
          {data.omitted.toLocaleString("en")} smaller ones are left out.
        </Text>
      )}
    </Panel>
  );
}

const soldOf = ({ amount, parked, requests }: Pick<Row, "amount" | "parked" | "requests">): Spend => ({
  amount,
  parked: Number(parked),
  requests: Number(requests),
  bills: 0,
});

const STATES: { readonly [state in State]: { text: string; color: string; leak: boolean } } = {
  unrecorded: { text: "Billed, not recorded", color: "red", leak: true },
  unpriced: { text: "Served, not priced yet", color: "red", leak: true },
  not_billed: { text: "Served, not billed", color: "red", leak: true },
  under_cost: { text: "Sold under cost", color: "red", leak: true },
  not_upstream: { text: "Not on their bill", color: "gray", leak: false },
  differs: { text: "Differs", color: "orange", leak: false },
  matches: { text: "Matches", color: "teal", leak: false },
};
