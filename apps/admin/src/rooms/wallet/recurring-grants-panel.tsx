import { Badge, Table, Text } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EditablePanel } from "../../app/editable-panel.tsx";
import { dayText } from "../../app/instant-text.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { RecurringGrantModal } from "./recurring-grant-modal.tsx";

export type RecurringGrant = Api<"payments", "recurringGrants">[number];

/** Credits that a customer gets again every period: by hand, or by a plan it subscribed to. For operators. */
export const RecurringGrantsPanel = ({ customerId }: { customerId: string }) => (
  <EditablePanel<RecurringGrant>
    title="Recurring grants"
    description="Promotional credits that come again every period and end with it."
    query={useQuery(useTRPC().payments.recurringGrants.queryOptions({ customer: customerId }))}
    newLabel="New recurring grant"
    empty={{
      icon: IconRepeat,
      title: "No recurring grants",
      text: "A recurring grant gives credits every day, week or month; a plan that is subscribed to stands here too.",
    }}
    head={
      <>
        <Table.Th scope="col">Grant</Table.Th>
        <Table.Th scope="col" className="number">
          Credits
        </Table.Th>
        <Table.Th scope="col" visibleFrom="sm">
          Next
        </Table.Th>
      </>
    }
    cells={(grant) => <GrantCells grant={grant} />}
    nameOf={({ name }) => name}
    form={(grant, close) => <RecurringGrantModal customerId={customerId} grant={grant} onClose={close} />}
  />
);

const GrantCells = ({ grant }: { grant: RecurringGrant }) => (
  <>
    <Table.Td>
      <Text size="sm">{grant.name}</Text>
      {grant.planId !== null && (
        <Badge variant="light" color="blue" tt="none" mr={4}>
          Plan
        </Badge>
      )}
      {stoppedText(grant) !== null && (
        <Badge variant="light" color="gray" tt="none">
          {stoppedText(grant)}
        </Badge>
      )}
    </Table.Td>
    <Table.Td className="number">
      <Money amount={grant.amount} /> a {grant.period}
      {grant.rolloverCap > 0n && (
        <Text size="xs" c="dimmed">
          up to <Money amount={grant.rolloverCap} /> roll over
        </Text>
      )}
    </Table.Td>
    <Table.Td visibleFrom="sm">{nextText(grant)}</Table.Td>
  </>
);

function stoppedText({ active, cancelledAt }: RecurringGrant): string | null {
  if (cancelledAt !== null) return active ? "Cancelled" : "Ended";
  return active ? null : "Switched off";
}

function nextText({ active, cancelledAt, nextAt, paidUntil, subscriptionId }: RecurringGrant): string {
  if (!active) return "Never";
  if (cancelledAt !== null) return paidUntil === null ? "Never" : `Ends ${dayText(paidUntil)}`;
  if (subscriptionId !== null) return "With its paid invoice";
  return nextAt === null ? "Never" : dayText(nextAt);
}
