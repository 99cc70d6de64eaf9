import { Anchor, Badge, Select, Table, Text } from "@mantine/core";
import { IconCreditCard } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";
import { type OrderState, orderKinds, orderStates } from "./order-state.ts";

type Order = Api<"payments", "orders">["items"][number];

/** Purchases of every customer, newest first. */
export function OrdersPanel() {
  const [state, setState] = useState<OrderState | null>(null);
  const { cursor, page, next, back, reset } = usePages<string>();
  const orders = useQuery({
    ...useTRPC().payments.orders.queryOptions({
      limit: 25,
      ...(state !== null && { state }),
      ...(cursor !== undefined && { cursor }),
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      flush
      title="Orders"
      description="Credits exist for settled ones only."
      action={
        <Select
          aria-label="State of the order"
          size="xs"
          w={190}
          placeholder="Every state"
          clearable
          data={Object.entries(orderStates).map(([value, { name }]) => ({ value, label: name }))}
          value={state}
          onChange={(value) => {
            setState(isState(value) ? value : null);
            reset();
          }}
        />
      }
    >
      <QueryBody
        query={orders}
        flush
        empty={{
          when: ({ items }) => items.length === 0,
          show: (
            <EmptyState icon={IconCreditCard} title="No orders">
              {state === null
                ? "Purchases by card appear here the moment a customer chooses one."
                : "None is in this state."}
            </EmptyState>
          ),
        }}
      >
        {({ items }) => (
          <DataTable label="Orders" minWidth={320}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Order</Table.Th>
                <Table.Th scope="col" visibleFrom="sm">
                  Customer
                </Table.Th>
                <Table.Th scope="col">State</Table.Th>
                <Table.Th scope="col" className="number">
                  Amount
                </Table.Th>
                <Table.Th scope="col" visibleFrom="sm">
                  Made
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((order) => (
                <OrderRow key={order.id} order={order} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      <Pager
        page={page}
        nextCursor={orders.data?.nextCursor}
        onBack={back}
        onNext={() => orders.data?.nextCursor && next(orders.data.nextCursor)}
      />
    </Panel>
  );
}

const OrderRow = ({ order }: { order: Order }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor
        size="sm"
        aria-label={`Order of ${order.customerName}: ${order.title}`}
        renderRoot={(props) => <Link {...props} to="/payments/$orderId" params={{ orderId: order.id }} />}
      >
        {order.title}
      </Anchor>
      <Text size="xs" c="dimmed">
        {orderKinds[order.kind]}
        {order.card !== null && `, ${order.card.brand} ending in ${order.card.lastFour}`}
      </Text>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        {order.customerName}
      </Text>
    </Table.Td>
    <Table.Td visibleFrom="sm" style={{ overflowWrap: "anywhere" }}>
      {order.customerName}
    </Table.Td>
    <Table.Td>
      <StateBadge state={order.state} />
      {order.mismatch !== null && (
        <Text size="xs" c="red">
          Payment does not fit
        </Text>
      )}
    </Table.Td>
    <Table.Td className="number">
      <Money amount={order.amount} />
      {order.refunded > 0n && (
        <Text size="xs" c="dimmed" component="div">
          <Money amount={order.refunded} /> refunded
        </Text>
      )}
      {order.disputed > 0n && (
        <Text size="xs" c="dimmed" component="div">
          <Money amount={order.disputed} /> disputed
        </Text>
      )}
    </Table.Td>
    <Table.Td visibleFrom="sm">
      <Age at={order.createdAt} />
    </Table.Td>
  </Table.Tr>
);

export const StateBadge = ({ state }: { state: OrderState }) => (
  <Badge variant="light" color={orderStates[state].color} tt="none">
    {orderStates[state].name}
  </Badge>
);

const isState = (value: string | null): value is OrderState => value !== null && value in orderStates;
