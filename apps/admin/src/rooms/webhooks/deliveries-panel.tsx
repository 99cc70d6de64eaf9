import { Badge, Button, Group, SegmentedControl, Table, Text } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { DeliveryDrawer } from "./delivery-drawer.tsx";
import { type Delivery, deliveryColors, deliveryOutcome, deliveryWords } from "./event-text.ts";
import classes from "./webhooks.module.css";

type Filter = "all" | Delivery["state"];

/** Deliveries, failed ones first; each opens to its tries, and can be sent again. */
export function DeliveriesPanel({ platform }: { platform: boolean }) {
  const [filter, setFilter] = useState<Filter>("all");
  const [openId, setOpenId] = useState<string | null>(null);
  const { cursor, page, next, back, reset } = usePages<string>();
  const deliveries = useQuery(
    useTRPC().alerts.deliveries.queryOptions({
      limit: 25,
      ...(platform && { all: true }),
      ...(filter !== "all" && { state: filter }),
      ...(cursor !== undefined && { cursor }),
    }),
  );
  const choose = (value: string) => {
    setFilter(FILTERS.find((it) => it.value === value)?.value ?? "all");
    reset();
  };
  const none = (
    <EmptyState icon={IconSend} title={filter === "all" ? "No deliveries yet" : "None of these"}>
      {filter === "all" && "What endpoints are told appears here, with every try and its answer."}
    </EmptyState>
  );
  return (
    <Panel
      title="Deliveries"
      flush
      action={
        <SegmentedControl
          size="xs"
          aria-label="Which deliveries"
          value={filter}
          onChange={choose}
          data={[...FILTERS]}
        />
      }
    >
      <QueryBody query={deliveries} flush empty={{ when: ({ items }) => items.length === 0, show: none }}>
        {({ items }) => (
          <DataTable label="Deliveries" minWidth={760}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Event</Table.Th>
                <Table.Th>To</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Last answer</Table.Th>
                <Table.Th>When</Table.Th>
                <Table.Th aria-label="Actions" />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((delivery) => (
                <Row key={delivery.id} delivery={delivery} open={() => setOpenId(delivery.id)} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      <Pager
        page={page}
        nextCursor={deliveries.data?.nextCursor}
        onBack={back}
        onNext={() => deliveries.data?.nextCursor && next(deliveries.data.nextCursor)}
      />
      <DeliveryDrawer id={openId} onClose={() => setOpenId(null)} />
    </Panel>
  );
}

function Row({ delivery, open }: { delivery: Delivery; open: () => void }) {
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {delivery.kind}
        </Text>
      </Table.Td>
      <Table.Td className={classes.url}>{delivery.url}</Table.Td>
      <Table.Td>
        <Badge variant="light" color={deliveryColors[delivery.state]}>
          {deliveryWords[delivery.state]}
        </Badge>
        {delivery.attempts > 1 && (
          <Text size="xs" c="dimmed">
            {delivery.attempts} tries
          </Text>
        )}
      </Table.Td>
      <Table.Td className={classes.answer}>{deliveryOutcome(delivery)}</Table.Td>
      <Table.Td>
        <Age at={delivery.occurredAt} />
      </Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={open}
            aria-label={`Show the tries of ${delivery.kind} to ${delivery.url}`}
          >
            Tries
          </Button>
          <ReplayButton delivery={delivery} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function ReplayButton({ delivery }: { delivery: Delivery }) {
  const replay = useMutation(
    useTRPC().alerts.replayDelivery.mutationOptions({
      onSuccess: () => notifyDone("It is on the way again."),
      onError: notifyFailure,
    }),
  );
  return (
    <Button
      size="compact-sm"
      variant="default"
      loading={replay.isPending}
      onClick={() => replay.mutate({ id: delivery.id })}
      aria-label={`Send ${delivery.kind} to ${delivery.url} again`}
    >
      Send again
    </Button>
  );
}

const FILTERS = [
  { value: "all", label: "All" },
  { value: "failed", label: "Failed" },
  { value: "pending", label: "Waiting" },
  { value: "delivered", label: "Delivered" },
] as const satisfies readonly { value: Filter; label: string }[];
