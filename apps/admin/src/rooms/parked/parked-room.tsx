import { Badge, Button, Group, Stack, Table, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import classes from "./parked.module.css";
import { type ParkedVolume, parkedReasonText, quantityTexts } from "./parked-usage.ts";
import { RateParkedDialog } from "./rate-parked-dialog.tsx";
import { ReratePanel } from "./rerate-panel.tsx";

/** Usage that was served without a price, by what was used and why it has none; and past usage at other prices. */
export function ParkedRoom() {
  const alarms = useQuery(useTRPC().catalog.alarms.queryOptions(undefined, { refetchInterval: 30_000 }));
  const [asked, setAsked] = useState<{ offering: string | null } | null>(null);
  return (
    <>
      <PageHeader
        title="Parked usage"
        description="Served and recorded, but not debited, because it had no price. It is rated once, when there is one."
      >
        <Button onClick={() => setAsked({ offering: null })}>Rate what has a price</Button>
      </PageHeader>
      <Stack gap="lg">
        <Panel flush title="Waiting for a price">
          <QueryBody
            query={alarms}
            flush
            empty={{
              when: ({ parked }) => parked.length === 0,
              show: (
                <EmptyState icon={IconCircleCheck} title="Everything reported is rated">
                  Usage of a model without a price waits here instead of being free or refused.
                </EmptyState>
              ),
            }}
          >
            {({ parked }) => (
              <DataTable label="Parked usage" minWidth={860}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">Offering</Table.Th>
                    <Table.Th scope="col">Why it waits</Table.Th>
                    <Table.Th scope="col" className="number">
                      Events
                    </Table.Th>
                    <Table.Th scope="col" className="number">
                      Customers
                    </Table.Th>
                    <Table.Th scope="col">Volume</Table.Th>
                    <Table.Th scope="col">Oldest</Table.Th>
                    <Table.Th scope="col">Rate it</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {parked.map((volume) => (
                    <Volume
                      key={`${volume.offering} ${volume.reason}`}
                      volume={volume}
                      onRate={() => setAsked({ offering: volume.offering })}
                    />
                  ))}
                </Table.Tbody>
              </DataTable>
            )}
          </QueryBody>
        </Panel>
        <ReratePanel />
      </Stack>
      {asked && <RateParkedDialog offering={asked.offering} onClose={() => setAsked(null)} />}
    </>
  );
}

const Volume = ({ volume, onRate }: { volume: ParkedVolume; onRate: () => void }) => (
  <Table.Tr>
    <Table.Td>
      <Text size="sm" fw={600} className={classes.offering}>
        {volume.offering ?? "not named"}
      </Text>
    </Table.Td>
    <Table.Td className={classes.reason}>{parkedReasonText(volume.reason ?? "unknown")}</Table.Td>
    <Table.Td className="number">{volume.events.toLocaleString("en")}</Table.Td>
    <Table.Td className="number">{volume.customers.toLocaleString("en")}</Table.Td>
    <Table.Td>
      {quantityTexts(volume.quantities).map((text) => (
        <Text key={text} size="sm">
          {text}
        </Text>
      ))}
    </Table.Td>
    <Table.Td>
      <Age at={volume.oldest} />
    </Table.Td>
    <Table.Td>
      <Group gap="xs" wrap="nowrap">
        {volume.priced ? (
          <Badge size="sm" variant="light" color="teal">
            Has a price now
          </Badge>
        ) : (
          <Badge size="sm" variant="light" color="gray">
            No price yet
          </Badge>
        )}
        {volume.offering !== null && (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Rate parked usage of ${volume.offering}`}
            onClick={onRate}
          >
            Rate
          </Button>
        )}
      </Group>
    </Table.Td>
  </Table.Tr>
);
