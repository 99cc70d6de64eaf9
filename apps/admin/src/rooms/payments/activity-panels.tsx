import { Anchor, Badge, Table, Text } from "@mantine/core";
import { IconReceiptRefund, IconScale, IconWebhook } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import type { Api } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";

type Activity = Api<"payments", "activity">;

/** Refunds, newest first; of one order where `order` is not named in the rows. */
export function RefundsTable({
  refunds,
  linked = false,
}: {
  refunds: Activity["refunds"];
  linked?: boolean;
}) {
  if (refunds.length === 0) {
    return <EmptyState icon={IconReceiptRefund} title="No refunds" />;
  }
  return (
    <DataTable label="Refunds" minWidth={320}>
      <Head names={["Refund", "State"]} amount />
      <Table.Tbody>
        {refunds.map((refund) => (
          <Table.Tr key={refund.id}>
            <Table.Td>
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                {linked ? <OrderLink id={refund.orderId}>{refund.reason}</OrderLink> : refund.reason}
              </Text>
              <Text size="xs" c="dimmed">
                {refund.debtAllowed && "spent credits as debt, "}
                <Age at={refund.createdAt} />
              </Text>
            </Table.Td>
            <Table.Td>
              <Badge variant="light" color={refundColors[refund.state]} tt="none">
                {refund.state}
              </Badge>
              {refund.failureReason !== null && <Text size="xs">{refund.failureReason}</Text>}
            </Table.Td>
            <Table.Td className="number">
              <Money amount={refund.amount} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
}

/** Card holders' objections, newest first. */
export function DisputesTable({
  disputes,
  linked = false,
}: {
  disputes: Activity["disputes"];
  linked?: boolean;
}) {
  if (disputes.length === 0) {
    return (
      <EmptyState icon={IconScale} title="No disputes">
        An open dispute sets the purchase's unspent credits aside and stops auto top-up.
      </EmptyState>
    );
  }
  return (
    <DataTable label="Disputes" minWidth={320}>
      <Head names={["Dispute", "State"]} amount />
      <Table.Tbody>
        {disputes.map((dispute) => (
          <Table.Tr key={dispute.id}>
            <Table.Td>
              <Text size="sm">
                {linked ? <OrderLink id={dispute.orderId}>{dispute.reason}</OrderLink> : dispute.reason}
              </Text>
              <Text size="xs" c="dimmed">
                <span className="mono">{dispute.id}</span>, <Age at={dispute.createdAt} />
              </Text>
            </Table.Td>
            <Table.Td>
              <Badge variant="light" color={disputeColors[dispute.state]} tt="none">
                {dispute.state}
              </Badge>
            </Table.Td>
            <Table.Td className="number">
              <Money amount={dispute.amount} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
}

/** What the payment provider told, newest first. */
export function EventsTable({ events, linked = false }: { events: Activity["events"]; linked?: boolean }) {
  if (events.length === 0) {
    return (
      <EmptyState icon={IconWebhook} title="No events">
        What the payment provider tells by webhook is kept here, each event once.
      </EmptyState>
    );
  }
  return (
    <DataTable label="Events of the payment provider" minWidth={320}>
      <Head names={["Event", "Outcome", "Received"]} />
      <Table.Tbody>
        {events.map((event) => (
          <Table.Tr key={event.id}>
            <Table.Td>
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                {linked && event.orderId !== null ? (
                  <OrderLink id={event.orderId}>{event.type}</OrderLink>
                ) : (
                  event.type
                )}
              </Text>
              <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: "anywhere" }}>
                {event.id}
              </Text>
            </Table.Td>
            <Table.Td>{event.handledAt === null ? "Waiting" : (event.outcome ?? "Recorded")}</Table.Td>
            <Table.Td>
              <Age at={event.receivedAt} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
}

const OrderLink = ({ id, children }: { id: string; children: ReactNode }) => (
  <Anchor
    size="sm"
    renderRoot={(props) => <Link {...props} to="/payments/$orderId" params={{ orderId: id }} />}
  >
    {children}
  </Anchor>
);

const Head = ({ names, amount = false }: { names: readonly string[]; amount?: boolean }) => (
  <Table.Thead>
    <Table.Tr>
      {names.map((name) => (
        <Table.Th key={name} scope="col">
          {name}
        </Table.Th>
      ))}
      {amount && (
        <Table.Th scope="col" className="number">
          Amount
        </Table.Th>
      )}
    </Table.Tr>
  </Table.Thead>
);

const refundColors: Record<Activity["refunds"][number]["state"], string> = {
  requested: "orange",
  pending: "blue",
  succeeded: "teal",
  failed: "red",
};

const disputeColors: Record<Activity["disputes"][number]["state"], string> = {
  inquiry: "blue",
  open: "orange",
  won: "teal",
  lost: "red",
  prevented: "gray",
};
