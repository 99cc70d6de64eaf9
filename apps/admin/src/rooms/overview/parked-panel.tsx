import { Anchor, Button, Code, Table } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { parkedReasonText } from "../parked/parked-usage.ts";

/** Usage that waits for a price, oldest first, with a way to rate what can be rated by now. */
export function ParkedPanel() {
  const trpc = useTRPC();
  const parked = useQuery(trpc.billing.parked.queryOptions({ limit: 5 }));
  const rate = useMutation(
    trpc.billing.rateParked.mutationOptions({
      onSuccess: () => notifyDone("Usage that has a price by now has been rated."),
      onError: notifyFailure,
    }),
  );
  return (
    <Panel
      flush
      title="Usage without a price"
      description="Served, recorded, not debited yet. It is rated once, when its model has a price."
      action={
        <Button
          size="xs"
          variant="default"
          loading={rate.isPending}
          onClick={() => rate.mutate({ dryRun: false })}
        >
          Rate what has a price now
        </Button>
      }
    >
      <QueryBody query={parked} flush>
        {({ items }) => (
          <DataTable label="Usage without a price">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Customer</Table.Th>
                <Table.Th scope="col">Offering</Table.Th>
                <Table.Th scope="col">Why</Table.Th>
                <Table.Th scope="col">Occurred</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((item) => (
                <Table.Tr key={item.id}>
                  <Table.Td>
                    <Anchor
                      renderRoot={(props) => (
                        <Link
                          {...props}
                          to="/customers/$customerId"
                          params={{ customerId: item.customerId }}
                        />
                      )}
                      size="sm"
                    >
                      {item.customerName}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    <Code>{item.offering ?? "not named"}</Code>
                  </Table.Td>
                  <Table.Td>{parkedReasonText(item.reason)}</Table.Td>
                  <Table.Td>
                    <Age at={item.occurredAt} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
    </Panel>
  );
}
