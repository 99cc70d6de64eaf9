import { Anchor, Badge, Stack, Table, Text } from "@mantine/core";
import { IconServer } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { instantText } from "../../app/instant-text.ts";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useNow } from "../../app/use-now.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";
import { runwayText, untilText } from "./countdown-text.ts";
import { InfrastructureCost } from "./infrastructure-cost.tsx";
import { IntentsPanel } from "./intents-panel.tsx";
import { WaitingPanel } from "./waiting-panel.tsx";

type Row = Api<"resources", "customers">["items"][number];

/** Every customer's infrastructure, those being stopped and warned first, and what the platform has to carry out. */
export function OperatorInfrastructure() {
  const { cursor, page, next, back } = usePages<string>();
  const customers = useQuery({
    ...useTRPC().resources.customers.queryOptions({ limit: 25, ...(cursor !== undefined && { cursor }) }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  return (
    <>
      <PageHeader
        title="Infrastructure"
        description="Customers whose resources are being stopped come first, then those that are warned."
      />
      <Stack gap="lg">
        <WaitingPanel />
        <Panel flush title="Customers">
          <QueryBody
            query={customers}
            flush
            empty={{
              when: ({ items }) => items.length === 0,
              show: (
                <EmptyState icon={IconServer} title="Nobody has anything running">
                  Containers and stores appear here once a customer has one.
                </EmptyState>
              ),
            }}
          >
            {({ items }) => (
              <DataTable label="Customers' infrastructure" minWidth={860}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">Customer</Table.Th>
                    <Table.Th scope="col">Notice</Table.Th>
                    <Table.Th scope="col">Runway</Table.Th>
                    <Table.Th scope="col" className="number">
                      A day
                    </Table.Th>
                    <Table.Th scope="col" className="number">
                      Available
                    </Table.Th>
                    <Table.Th scope="col" className="number">
                      Debt
                    </Table.Th>
                    <Table.Th scope="col" className="number">
                      To carry out
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((row) => (
                    <CustomerRow key={row.customerId} row={row} />
                  ))}
                </Table.Tbody>
              </DataTable>
            )}
          </QueryBody>
          <Pager
            page={page}
            nextCursor={customers.data?.nextCursor}
            onBack={back}
            onNext={() => customers.data?.nextCursor && next(customers.data.nextCursor)}
          />
        </Panel>
        <IntentsPanel />
      </Stack>
    </>
  );
}

const CustomerRow = ({ row }: { row: Row }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor
        size="sm"
        fw={600}
        renderRoot={(props) => (
          <Link {...props} to="/infrastructure/$customerId" params={{ customerId: row.customerId }} />
        )}
      >
        {row.name}
      </Anchor>
      <Text size="xs" c="dimmed">
        {row.running} running of {row.resources}
      </Text>
    </Table.Td>
    <Table.Td>
      <NoticeBadge row={row} />
    </Table.Td>
    <Table.Td>{runwayText(row.runwayDays)}</Table.Td>
    <Table.Td className="number">
      <InfrastructureCost amount={row.infrastructureDaily} hasUnpriced={row.hasUnpriced} />
    </Table.Td>
    <Table.Td className="number">
      <Money amount={row.available} />
    </Table.Td>
    <Table.Td className="number">
      <Money amount={row.debt} />
    </Table.Td>
    <Table.Td className="number">{row.openIntents}</Table.Td>
  </Table.Tr>
);

function NoticeBadge({ row }: { row: Row }) {
  const now = useNow();
  if (row.notice === "active") {
    return (
      <Badge variant="light" color="teal">
        None
      </Badge>
    );
  }
  return (
    <>
      <Badge variant="light" color={row.notice === "warned" ? "orange" : "red"}>
        {NOTICES[row.notice]}
      </Badge>
      {row.notice === "warned" && row.stopsAt !== null && (
        <Text size="xs" c="dimmed" mt={2} title={instantText(row.stopsAt)}>
          stops {untilText(row.stopsAt, now)}
        </Text>
      )}
      {row.mailFailed && (
        <Text size="xs" c="red" mt={2}>
          The mail was not taken
        </Text>
      )}
    </>
  );
}

const NOTICES = { warned: "Warned", stopping: "Being stopped", stopped: "Stopped" } as const;
