import { Badge, Group, Table } from "@mantine/core";
import { DataTable } from "../../app/data-table.tsx";
import { meterText } from "../wallet/meter-text.ts";
import classes from "./catalogue.module.css";
import { ListedSwitch } from "./listed-switch.tsx";
import { markupText } from "./markup-text.ts";
import { ModelLink } from "./model-link.tsx";
import { OwnPrice } from "./own-price.tsx";
import { PriceAge } from "./price-age.tsx";
import { RateConditions } from "./rate-conditions.tsx";
import { leadingRates, type PricedModel } from "./shown-rates.ts";
import { SourceBadge } from "./source-badge.tsx";
import { type TokenScale, unitPrice } from "./unit-price.ts";
import { UnitPrice } from "./unit-price-text.tsx";

export type PriceListProps = {
  items: readonly PricedModel[];
  scale: TokenScale;
  isOperator: boolean;
  /** The prices are the reader's own. */
  own: boolean;
};

/** The price list on a wide screen: a group of rows for each offering, a row for each of its leading rates. */
export const PriceTable = ({ items, scale, isOperator, own }: PriceListProps) => (
  <DataTable label="Prices">
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Model</Table.Th>
        <Table.Th scope="col">Meter</Table.Th>
        <Table.Th scope="col" className="number">
          Upstream
        </Table.Th>
        <Table.Th scope="col" className="number">
          Markup
        </Table.Th>
        <Table.Th scope="col" className="number">
          {own ? "Your price" : "Sells at"}
        </Table.Th>
        <Table.Th scope="col">Source</Table.Th>
        <Table.Th scope="col">Checked</Table.Th>
        {isOperator && <Table.Th scope="col">Sold</Table.Th>}
      </Table.Tr>
    </Table.Thead>
    {items.map((item) => (
      <OfferingRows key={item.offering} item={item} scale={scale} isOperator={isOperator} />
    ))}
  </DataTable>
);

type OfferingRowsProps = { item: PricedModel; scale: TokenScale; isOperator: boolean };

function OfferingRows({ item, scale, isOperator }: OfferingRowsProps) {
  const { offering, name, modality, source, rates } = item;
  const { shown, more } = leadingRates(rates, 4);
  const span = Math.max(shown.length, 1);
  const [first, ...others] = shown;
  return (
    <Table.Tbody className={classes.group}>
      <Table.Tr>
        <Table.Th scope="rowgroup" rowSpan={span} className={classes.name}>
          <ModelLink offering={offering} name={name} scale={scale} />
          <Group gap={6} mt={4}>
            <Badge variant="default" size="sm" fw={500}>
              {modality}
            </Badge>
            {more > 0 && <span className={classes.more}>{more} more</span>}
          </Group>
        </Table.Th>
        {first ? <RateCells rate={first} scale={scale} /> : <Table.Td colSpan={4}>No rate in force</Table.Td>}
        <Table.Td rowSpan={span}>
          <SourceBadge source={source} />
        </Table.Td>
        <Table.Td rowSpan={span}>
          <PriceAge item={item} />
        </Table.Td>
        {isOperator && (
          <Table.Td rowSpan={span}>
            <ListedSwitch offering={offering} listed={item.listed} />
          </Table.Td>
        )}
      </Table.Tr>
      {others.map((rate) => (
        <Table.Tr key={rate.rateId}>
          <RateCells rate={rate} scale={scale} />
        </Table.Tr>
      ))}
    </Table.Tbody>
  );
}

const RateCells = ({ rate, scale }: { rate: PricedModel["rates"][number]; scale: TokenScale }) => (
  <>
    <Table.Td>
      {meterText(rate.meter)}
      <RateConditions when={rate.when} />
    </Table.Td>
    <Table.Td className="number">
      <UnitPrice price={unitPrice(rate, scale)} quiet />
    </Table.Td>
    <Table.Td className="number">{markupText(rate)}</Table.Td>
    <Table.Td className="number">
      <OwnPrice rate={rate} scale={scale} />
    </Table.Td>
  </>
);
