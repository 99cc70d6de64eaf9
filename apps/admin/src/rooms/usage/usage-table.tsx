import { Table, Text, UnstyledButton } from "@mantine/core";
import { DataTable } from "../../app/data-table.tsx";
import { Panel } from "../../app/panel.tsx";
import { Money } from "../../money/money.tsx";
import { callsText } from "./calls-text.ts";
import { changeText } from "./change-text.ts";
import { isUnpriced, SpendAmount } from "./spend-amount.tsx";
import type { Explored } from "./usage-room.tsx";
import { DIMENSION_NAMES, type Dimension } from "./usage-view.ts";

type UsageTableProps = { data: Explored; groupBy: Dimension; onPick: (value: string) => void };
type Sums = Explored["totals"];

/** The groups, dearest first; choosing one narrows everything to it. */
export function UsageTable({ data, groupBy, onPick }: UsageTableProps) {
  const { rows, rest, totals, previous, overlaps } = data;
  const costs = totals.costs !== null;
  const title = `By ${DIMENSION_NAMES[groupBy].toLowerCase()}`;
  return (
    <Panel
      flush
      title={title}
      description={
        overlaps
          ? "Choose one to see only its usage. Usage with several tags is in the row of each, so rows may add up to more than the total."
          : "Choose one to see only its usage."
      }
    >
      <DataTable label={title} minWidth={costs ? 820 : 560}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{DIMENSION_NAMES[groupBy]}</Table.Th>
            {[
              "Requests",
              "Tokens",
              costs ? "Sold" : "Spend",
              ...(costs ? ["Cost", "Margin"] : []),
              "Before",
            ].map((name) => (
              <Table.Th key={name} scope="col" className="number">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, label, sums, previous: before }) => (
            <Table.Tr key={key}>
              <Table.Td>
                <UnstyledButton className="usage-pick" onClick={() => onPick(key)}>
                  {label === "" ? "Not named" : label}
                </UnstyledButton>
                {label !== key && (
                  <Text size="xs" c="dimmed" className="mono">
                    {key}
                  </Text>
                )}
              </Table.Td>
              <Cells sums={sums} before={before} />
            </Table.Tr>
          ))}
          {rest !== null && (
            <Table.Tr>
              <Table.Td>All others</Table.Td>
              <Cells sums={rest} before={null} />
            </Table.Tr>
          )}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th scope="row">Total</Table.Th>
            <Cells sums={totals} before={previous} />
          </Table.Tr>
        </Table.Tfoot>
      </DataTable>
    </Panel>
  );
}

const Cells = ({ sums, before }: { sums: Sums; before: Sums | null }) => (
  <>
    <Table.Td className="number">{callsText(sums)}</Table.Td>
    <Table.Td className="number">{sums.tokens.toLocaleString("en")}</Table.Td>
    <Table.Td className="number">
      <SpendAmount sums={sums} />
      {sums.corrections > 0 && (
        <Text size="xs" c="dimmed">
          <Money amount={sums.corrected} signed /> corrected
        </Text>
      )}
    </Table.Td>
    {sums.costs !== null && (
      <>
        <Table.Td className="number">{isUnpriced(sums) ? "–" : <Money amount={sums.costs.cost} />}</Table.Td>
        <Table.Td className="number">
          {isUnpriced(sums) ? "–" : <Money amount={sums.costs.margin} />}
        </Table.Td>
      </>
    )}
    <Table.Td className="number">
      {before === null || (before.amount === 0n && before.parked === 0) ? (
        "–"
      ) : (
        <>
          <SpendAmount sums={before} />
          {before.amount !== 0n && !isUnpriced(sums) && (
            <Text size="xs" c="dimmed">
              {changeText(sums.amount, before.amount)}
            </Text>
          )}
        </>
      )}
    </Table.Td>
  </>
);
