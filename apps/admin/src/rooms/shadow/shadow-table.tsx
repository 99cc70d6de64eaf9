import { Table, Text } from "@mantine/core";
import type { Nanos } from "@ratebook/core";
import { DataTable } from "../../app/data-table.tsx";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { differencePercent } from "./difference-percent.ts";
import type { ShadowReport } from "./shadow-room.tsx";

/** Shadow events by model, and their total. */
export function ShadowTable({ report: { rows, total } }: { report: ShadowReport }) {
  const all = [...rows.map((row) => ({ ...row, name: row.offering })), { ...total, name: "Total" }];
  return (
    <DataTable label="Shadow by model" minWidth={760}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Model</Table.Th>
          {["Events", "Ratebook", "Platform", "Difference", ""].map((name) => (
            <Table.Th key={name} scope="col" className="number">
              {name === "" ? <span className="visually-hidden">Of the platform's amount</span> : name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {all.map(
          ({ name, events, compared, unrated, comparedAmount, comparedPlatformAmount, difference }) => (
            <Table.Tr key={name}>
              <Table.Td fw={name === "Total" ? 600 : 400}>
                {name}
                <Left events={events} compared={compared} unrated={unrated} />
              </Table.Td>
              <Table.Td className="number">{events.toLocaleString("en")}</Table.Td>
              {compared === 0 ? (
                <Nothing />
              ) : (
                <Sums ours={comparedAmount} platform={comparedPlatformAmount} difference={difference} />
              )}
            </Table.Tr>
          ),
        )}
      </Table.Tbody>
    </DataTable>
  );
}

function Sums({ ours, platform, difference }: { ours: Nanos; platform: Nanos; difference: Nanos }) {
  return (
    <>
      <Table.Td className="number">
        <Money amount={ours} />
      </Table.Td>
      <Table.Td className="number">
        <Money amount={platform} />
      </Table.Td>
      <Table.Td className="number">
        <Difference amount={difference} />
      </Table.Td>
      <Table.Td className="number">{differencePercent(difference, platform)}</Table.Td>
    </>
  );
}

/** With its sign; no colour, because neither side is good news. */
export const Difference = ({ amount }: { amount: Nanos }) => (
  <span className="money">{moneyText(amount, { signed: true })}</span>
);

const Nothing = () => (
  <>
    {["ours", "platform", "difference", "percent"].map((cell) => (
      <Table.Td key={cell} className="number">
        –
      </Table.Td>
    ))}
  </>
);

type LeftProps = { events: number; compared: number; unrated: { [reason: string]: number } };

/** Events that are not compared, and why. */
function Left({ events, compared, unrated }: LeftProps) {
  const reasons = Object.entries(unrated);
  const unsaid = events - compared - reasons.reduce((sum, [, count]) => sum + count, 0);
  const words = [
    ...reasons.map(([reason, count]) => `${count.toLocaleString("en")} ${REASONS[reason] ?? reason}`),
    ...(unsaid > 0 ? [`${unsaid.toLocaleString("en")} without the platform's amount`] : []),
  ];
  if (words.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      Not compared: {words.join(", ")}
    </Text>
  );
}

const REASONS: { readonly [reason: string]: string } = {
  unknown_offering: "of an unknown model",
  unpriced_meter: "with an unpriced meter",
  not_listed: "not listed",
};
