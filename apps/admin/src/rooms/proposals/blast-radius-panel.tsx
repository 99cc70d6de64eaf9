import { Anchor, Stack, Table, Text } from "@mantine/core";
import type { Nanos } from "@ratebook/core";
import { Link } from "@tanstack/react-router";
import { DataTable } from "../../app/data-table.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { dayText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import type { Evidence } from "./evidence.ts";

type BlastRadius = Evidence["blastRadius"];

/** Who used the price in the last 30 days, and what the change would have cost or saved each of them. */
export const BlastRadiusPanel = ({ radius }: { radius: BlastRadius }) => (
  <Panel
    title="Who it would have met"
    description={`Usage recorded from ${dayText(radius.from)} to ${dayText(radius.to)}, priced once more at the proposed price; nothing is written.`}
    flush
  >
    <Stack gap="md" className="panel-body">
      <Figures label="The last 30 days">
        <Figure label="Customers" value={radius.customerCount.toLocaleString("en")} />
        <Figure label="Debits" value={radius.events.toLocaleString("en")} />
        <Figure label="They paid" value={<Money amount={radius.before} />} />
        <Figure label="At the new price" value={<Money amount={radius.after} />} />
        <Figure emphasis label="Difference" value={<Difference amount={radius.difference} />} />
      </Figures>
      <Remarks radius={radius} />
    </Stack>
    {radius.customers.length > 0 && (
      <DataTable label="Customers" minWidth={560}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Customer</Table.Th>
            <Table.Th scope="col" className="number">
              Debits
            </Table.Th>
            <Table.Th scope="col" className="number">
              Paid
            </Table.Th>
            <Table.Th scope="col" className="number">
              Would have paid
            </Table.Th>
            <Table.Th scope="col" className="number">
              Difference
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {radius.customers.map((customer) => (
            <Table.Tr key={customer.customerId}>
              <Table.Td>
                <Anchor
                  size="sm"
                  renderRoot={(props) => (
                    <Link
                      {...props}
                      to="/customers/$customerId"
                      params={{ customerId: customer.customerId }}
                    />
                  )}
                >
                  {customer.name}
                </Anchor>
              </Table.Td>
              <Table.Td className="number">{customer.events.toLocaleString("en")}</Table.Td>
              <Table.Td className="number">
                <Money amount={customer.before} />
              </Table.Td>
              <Table.Td className="number">
                <Money amount={customer.after} />
              </Table.Td>
              <Table.Td className="number">
                <Difference amount={customer.difference} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </DataTable>
    )}
  </Panel>
);

/** More is no gain for the one who pays it: signed, but not coloured like money that comes in. */
const Difference = ({ amount }: { amount: Nanos }) => (
  <span className="money">{moneyText(amount, { signed: true })}</span>
);

function Remarks({ radius }: { radius: BlastRadius }) {
  const { customerCount, customers, events, unpriced, skipped, parked, complete } = radius;
  const remarks = [
    events === 0 && "Nobody used this price in that time.",
    unpriced > 0 && `${counted(unpriced)} would have had no price at all.`,
    skipped > 0 && `${counted(skipped)} left out: their amount was not decided by prices alone.`,
    parked > 0 && `${counted(parked)} of this offering still waiting for a price.`,
    customerCount > customers.length &&
      `The ${customers.length} most affected of ${customerCount} customers are listed.`,
    !complete && "There was more usage than is looked at; the figures are of the part that was.",
  ].filter((remark) => remark !== false);
  return remarks.length === 0 ? null : (
    <Text size="sm" c="dimmed">
      {remarks.join(" ")}
    </Text>
  );
}

const counted = (events: number): string =>
  `${events.toLocaleString("en")} ${events === 1 ? "event" : "events"}`;
