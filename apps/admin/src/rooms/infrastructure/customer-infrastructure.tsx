import { Button, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDatabase, IconPlus, IconServer } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { NOT_PRICED } from "../../money/not-priced.ts";
import { isManager, useMe } from "../../session/use-me.ts";
import { runwayText } from "./countdown-text.ts";
import { InfrastructureCost } from "./infrastructure-cost.tsx";
import { NewContainerModal } from "./new-container-modal.tsx";
import { NoticeAlert } from "./notice-alert.tsx";
import { ResourceRow } from "./resource-row.tsx";
import { gigabytesText } from "./size-text.ts";

type CustomerInfrastructureProps = {
  /** Whose, where an operator looks; one's own where absent. */
  customer?: string;
  title?: string;
  above?: ReactNode;
};

/** What a customer has running and stored, what a day of it costs, and how long the credits last. */
export function CustomerInfrastructure({
  customer,
  title = "Infrastructure",
  above,
}: CustomerInfrastructureProps) {
  const me = useMe();
  const trpc = useTRPC();
  const [creating, { open, close }] = useDisclosure(false);
  const of = customer === undefined ? {} : { customer };
  const standing = useQuery({ ...trpc.resources.standing.queryOptions(of), refetchInterval: 60_000 });
  const may = isManager(me);
  return (
    <>
      <PageHeader
        title={title}
        above={above}
        description="Billed for each UTC day after it ended, by the seconds run, at least an hour a day."
      >
        {may && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            disabled={standing.data === undefined}
            onClick={open}
          >
            New container
          </Button>
        )}
      </PageHeader>
      <Stack gap="lg">
        <QueryBody query={standing}>
          {(data) => (
            <>
              <NoticeAlert standing={data} own={customer === undefined} />
              <StandingFigures data={data} />
              <NewContainerModal opened={creating} standing={data} customer={customer} onClose={close} />
            </>
          )}
        </QueryBody>
        <RunningPanel customer={customer} may={may} />
        <StoragePanel customer={customer} perGb={standing.data?.storagePerGbDay ?? null} />
      </Stack>
    </>
  );
}

const StandingFigures = ({ data }: { data: Api<"resources", "standing"> }) => (
  <Figures label="Standing">
    <Figure
      emphasis
      label="Runway"
      value={runwayText(data.runwayDays)}
      note={data.runwayDays === null ? "Nothing is being spent" : `${moneyText(data.available)} available`}
    />
    <Figure
      label="A day costs"
      value={<InfrastructureCost amount={data.infrastructureDaily} hasUnpriced={data.hasUnpriced} />}
      note={`and ${moneyText(data.usageDaily)} of other usage a day`}
    />
    <Figure
      label="Not billed yet"
      value={<InfrastructureCost amount={data.accrued} hasUnpriced={data.accruedHasUnpriced} />}
      note="Ran since the last bill"
    />
    <Figure
      label="Containers"
      value={`${data.quota.current} of ${data.quota.max}`}
      note={`${data.running} running`}
    />
  </Figures>
);

function RunningPanel({ customer, may }: { customer: string | undefined; may: boolean }) {
  const { cursor, page, next, back } = usePages<string>();
  const list = useQuery({
    ...useTRPC().resources.list.queryOptions({
      limit: 25,
      ...(customer !== undefined && { customer }),
      ...(cursor !== undefined && { cursor }),
    }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  return (
    <Panel flush title="Containers" description="The newest first; what was deleted is left out.">
      <QueryBody
        query={list}
        flush
        empty={{
          when: ({ items }) => items.every(({ kind }) => kind === "storage"),
          show: (
            <EmptyState icon={IconServer} title="Nothing runs">
              Containers come from the platform, by the API, or from here.
            </EmptyState>
          ),
        }}
      >
        {({ items }) => (
          <DataTable label="Containers" minWidth={760}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Name</Table.Th>
                <Table.Th scope="col">State</Table.Th>
                <Table.Th scope="col">Size</Table.Th>
                <Table.Th scope="col" className="number">
                  A day
                </Table.Th>
                <Table.Th scope="col">Next bill</Table.Th>
                <Table.Th scope="col">
                  <span className="visually-hidden">Actions</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items
                .filter(({ kind }) => kind !== "storage")
                .map((resource) => (
                  <ResourceRow key={resource.id} resource={resource} may={may} />
                ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      <Pager
        page={page}
        nextCursor={list.data?.nextCursor}
        onBack={back}
        onNext={() => list.data?.nextCursor && next(list.data.nextCursor)}
      />
    </Panel>
  );
}

function StoragePanel({
  customer,
  perGb,
}: {
  customer: string | undefined;
  perGb: Api<"resources", "standing">["storagePerGbDay"];
}) {
  const list = useQuery(
    useTRPC().resources.list.queryOptions({
      kind: "storage",
      limit: 100,
      ...(customer !== undefined && { customer }),
    }),
  );
  return (
    <Panel
      flush
      title="Storage"
      description={
        perGb === null ? (
          "Billed by the average of a day's samples."
        ) : (
          <>
            The average of a day's samples × <Money amount={perGb} /> a GB (10⁹ bytes) and day.
          </>
        )
      }
    >
      <QueryBody
        query={list}
        flush
        empty={{
          when: ({ items }) => items.length === 0,
          show: (
            <EmptyState icon={IconDatabase} title="Nothing stored">
              It appears here with the platform's first report of what is stored.
            </EmptyState>
          ),
        }}
      >
        {({ items }) => (
          <DataTable label="Storage" minWidth={460}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Store</Table.Th>
                <Table.Th scope="col" className="number">
                  Stored
                </Table.Th>
                <Table.Th scope="col" className="number">
                  A day
                </Table.Th>
                <Table.Th scope="col">Last report</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map(({ id, name, lastBytes, dailyCost, lastSampleAt }) => (
                <Table.Tr key={id}>
                  <Table.Td>
                    <Text size="sm">{name}</Text>
                  </Table.Td>
                  <Table.Td className="number">{gigabytesText(lastBytes ?? 0n)}</Table.Td>
                  <Table.Td className="number">
                    {dailyCost === null ? NOT_PRICED : <Money amount={dailyCost} />}
                  </Table.Td>
                  <Table.Td>{lastSampleAt === null ? "Never" : <Age at={lastSampleAt} />}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
    </Panel>
  );
}
