import { Anchor, Badge, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Age } from "../../app/age.tsx";
import type { Api } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { hoursText } from "./hours-text.ts";

export type ListedCustomer = Api<"accounts", "customers">["items"][number];

/** A customer in the list, with the way to its page. */
export const CustomerRow = ({ customer }: { customer: ListedCustomer }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor
        size="sm"
        fw={600}
        renderRoot={(props) => (
          <Link {...props} to="/customers/$customerId" params={{ customerId: customer.id }} />
        )}
      >
        {customer.name}
      </Anchor>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {[customer.externalId, customer.email].filter((text) => text !== null).join(" · ")}
      </Text>
    </Table.Td>
    <Table.Td className="number" data-label="Available">
      <Money amount={customer.available} />
    </Table.Td>
    <Table.Td className="number" data-label="Runway">
      {hoursText(customer.runwayHours)}
    </Table.Td>
    <Table.Td className="number" data-label="Held">
      <Money amount={customer.held} />
    </Table.Td>
    <Table.Td className="number" data-label="Debt">
      <Money amount={customer.debt} />
    </Table.Td>
    <Table.Td data-label="Auto top-up">{TOP_UP_WORDS[customer.autoTopUp]}</Table.Td>
    <Table.Td>
      <Group gap={6} wrap="nowrap">
        <StatusBadge status={customer.status} />
        {customer.contract !== null && (
          <Badge variant="light" color="gray">
            contract {customer.contract}
          </Badge>
        )}
      </Group>
    </Table.Td>
    <Table.Td data-label="Since">
      <Age at={customer.createdAt} />
    </Table.Td>
  </Table.Tr>
);

const TOP_UP_WORDS: { [K in ListedCustomer["autoTopUp"]]: string } = {
  off: "Off",
  on: "On",
  suspended: "Suspended",
  frozen: "Frozen",
};

/** Whether a customer may start new calls. */
export const StatusBadge = ({ status }: { status: ListedCustomer["status"] }) => (
  <Badge variant="light" color={status === "suspended" ? "red" : "teal"}>
    {status}
  </Badge>
);
