import { Badge, Table } from "@mantine/core";
import { DataTable } from "../../app/data-table.tsx";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import type { DryRun } from "./use-dry-run.ts";

/** A dry run model by model, those that move most first, with the totals under them. */
export const DryRunTable = ({ run }: { run: DryRun }) => (
  <DataTable label="Models in the dry run" minWidth={760}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Model, the most affected first</Table.Th>
        {["Debits that change", "Debited", "Under the draft", "Difference", "You paid"].map((title) => (
          <Table.Th key={title} scope="col" className="number">
            {title}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {run.offerings.map(({ offering, underCost, ...sums }) => (
        <Table.Tr key={offering}>
          <Table.Td>
            {offering}{" "}
            {underCost && (
              <Badge size="sm" color="red" variant="light">
                under what you pay
              </Badge>
            )}
          </Table.Td>
          <Sums {...sums} />
        </Table.Tr>
      ))}
    </Table.Tbody>
    <Table.Tfoot>
      <Table.Tr>
        <Table.Th scope="row">{run.offeringsLeftOut > 0 ? "All, also those not shown" : "All"}</Table.Th>
        <Sums {...run} />
      </Table.Tr>
    </Table.Tfoot>
  </DataTable>
);

type SumsProps = Pick<DryRun, "events" | "changed" | "before" | "after" | "difference" | "ownCost">;

const Sums = ({ events, changed, before, after, difference, ownCost }: SumsProps) => (
  <>
    <Table.Td className="number">
      {changed.toLocaleString("en")} of {events.toLocaleString("en")}
    </Table.Td>
    <Table.Td className="number">
      <Money amount={before} />
    </Table.Td>
    <Table.Td className="number">
      <Money amount={after} />
    </Table.Td>
    <Table.Td className="number">{moneyText(difference, { signed: true })}</Table.Td>
    <Table.Td className="number">
      <Money amount={ownCost} />
    </Table.Td>
  </>
);
