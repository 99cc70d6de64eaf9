import { ActionIcon, Table, VisuallyHidden } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { Fragment, useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { meterText } from "../wallet/meter-text.ts";
import classes from "./catalogue.module.css";
import { markupText } from "./markup-text.ts";
import { historyOf, type ModelDetail } from "./model-detail.ts";
import { OwnPrice } from "./own-price.tsx";
import { RateConditions } from "./rate-conditions.tsx";
import { RateStory } from "./rate-story.tsx";
import { inReadingOrder } from "./shown-rates.ts";
import { SourceBadge } from "./source-badge.tsx";
import { type TokenScale, unitPrice } from "./unit-price.ts";
import { UnitPrice } from "./unit-price-text.tsx";

/** The rates of an offering by meter and condition; each opens to its provenance and history. */
export function RatesTable({ model, scale }: { model: ModelDetail; scale: TokenScale }) {
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <DataTable label="Rates">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Meter</Table.Th>
          <Table.Th scope="col" className="number">
            Upstream
          </Table.Th>
          <Table.Th scope="col" className="number">
            Markup
          </Table.Th>
          <Table.Th scope="col" className="number">
            {model.prices === "contract" ? "Your price" : "Sells at"}
          </Table.Th>
          <Table.Th scope="col">Source</Table.Th>
          <Table.Th scope="col">In force since</Table.Th>
          <Table.Th scope="col">
            <VisuallyHidden>History</VisuallyHidden>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {inReadingOrder(model.rates).map((rate) => {
          const isOpen = opened === rate.rateId;
          const name = meterText(rate.meter);
          return (
            <Fragment key={rate.rateId}>
              <Table.Tr>
                <Table.Td>
                  {name}
                  <RateConditions when={rate.when} />
                </Table.Td>
                <Table.Td className="number">
                  <UnitPrice price={unitPrice(rate, scale)} quiet />
                </Table.Td>
                <Table.Td className="number">{markupText(rate)}</Table.Td>
                <Table.Td className="number">
                  <OwnPrice rate={rate} scale={scale} />
                </Table.Td>
                <Table.Td>
                  <SourceBadge source={rate.source} />
                </Table.Td>
                <Table.Td>
                  <Age at={rate.openedAt} />
                </Table.Td>
                <Table.Td>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-expanded={isOpen}
                    aria-label={`History and source of ${name}`}
                    onClick={() => setOpened(isOpen ? null : rate.rateId)}
                  >
                    {isOpen ? (
                      <IconChevronDown size={18} aria-hidden />
                    ) : (
                      <IconChevronRight size={18} aria-hidden />
                    )}
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
              {isOpen && (
                <Table.Tr className={classes.opened}>
                  <Table.Td colSpan={7}>
                    <RateStory rate={rate} history={historyOf(model.history, rate)} scale={scale} />
                  </Table.Td>
                </Table.Tr>
              )}
            </Fragment>
          );
        })}
      </Table.Tbody>
    </DataTable>
  );
}
