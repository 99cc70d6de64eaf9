import { Alert, Anchor, Badge, Button, SegmentedControl, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconChecks } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { sizeText } from "./size-text.ts";

type Intent = Api<"resources", "intents">["items"][number];

/** What the platform has to carry out, and what it acknowledged. */
export function IntentsPanel() {
  const [open, setOpen] = useState(true);
  const { cursor, page, next, back, reset } = usePages<string>();
  const intents = useQuery({
    ...useTRPC().resources.intents.queryOptions({
      open,
      limit: 25,
      ...(cursor !== undefined && { cursor }),
    }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  return (
    <Panel
      flush
      title="For the platform to carry out"
      description="Announced to its webhooks until one acknowledges; it may also ask for them by the API."
      action={
        <SegmentedControl
          aria-label="Which are shown"
          value={open ? "open" : "all"}
          data={[
            { value: "open", label: "Open" },
            { value: "all", label: "All" },
          ]}
          onChange={(value) => {
            reset();
            setOpen(value === "open");
          }}
        />
      }
    >
      <QueryBody
        query={intents}
        flush
        empty={{
          when: ({ items }) => items.length === 0,
          show: (
            <EmptyState
              icon={IconChecks}
              title={open ? "Nothing waits for the platform" : "Nothing was asked for yet"}
            />
          ),
        }}
      >
        {({ items }) => (
          <>
            {items.some(({ overdue }) => overdue) && <Overdue />}
            <DataTable label="What the platform has to carry out" minWidth={760}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">What</Table.Th>
                  <Table.Th scope="col">Customer</Table.Th>
                  <Table.Th scope="col">Why</Table.Th>
                  <Table.Th scope="col" className="number">
                    Sent
                  </Table.Th>
                  <Table.Th scope="col">Asked for</Table.Th>
                  <Table.Th scope="col">State</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((intent) => (
                  <IntentRow key={intent.id} intent={intent} />
                ))}
              </Table.Tbody>
            </DataTable>
          </>
        )}
      </QueryBody>
      <Pager
        page={page}
        nextCursor={intents.data?.nextCursor}
        onBack={back}
        onNext={() => intents.data?.nextCursor && next(intents.data.nextCursor)}
      />
    </Panel>
  );
}

/** What to do about intents that nobody acknowledges. */
const Overdue = () => (
  <Alert
    color="red"
    variant="light"
    radius={0}
    icon={<IconAlertTriangle size={18} aria-hidden />}
    title="The platform does not answer"
  >
    What is overdue waits for more than half an hour. See under{" "}
    <Anchor component={Link} to="/webhooks" inherit fw={600}>
      Webhooks
    </Anchor>{" "}
    why none of the platform's endpoints takes it, or carry it out by hand and mark it. What is to be stopped
    for want of credits runs, and is billed, until then.
  </Alert>
);

function IntentRow({ intent }: { intent: Intent }) {
  const acknowledge = useMutation(
    useTRPC().resources.acknowledge.mutationOptions({
      onSuccess: () => notifyDone(`${actionText(intent)}: acknowledged.`),
      onError: notifyFailure,
    }),
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {actionText(intent)}
        </Text>
        <Text size="xs" c="dimmed">
          {intent.kind} · {sizeText(intent)}
        </Text>
      </Table.Td>
      <Table.Td>{intent.customer}</Table.Td>
      <Table.Td>{intent.cause === "credits" ? "No credits" : "Asked for"}</Table.Td>
      <Table.Td className="number">{sentText(intent.attempts)}</Table.Td>
      <Table.Td>
        <Age at={intent.createdAt} />
        {intent.overdue && (
          <Text size="xs" c="red" mt={2}>
            Overdue
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {intent.state === "open" ? (
          <Button
            size="xs"
            variant="default"
            loading={acknowledge.isPending}
            aria-label={`Mark as carried out: ${actionText(intent)}`}
            onClick={() => acknowledge.mutate({ id: intent.id })}
          >
            Mark as carried out
          </Button>
        ) : (
          <Badge variant="light" color={intent.state === "acknowledged" ? "teal" : "gray"}>
            {intent.state}
          </Badge>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

const sentText = (attempts: number): string =>
  attempts === 0 ? "not yet" : attempts === 1 ? "once" : `${attempts} times`;

/** "Stop web". */
const actionText = ({ action, resource }: Intent): string =>
  `${action.slice(0, 1).toUpperCase()}${action.slice(1)} ${resource}`;
