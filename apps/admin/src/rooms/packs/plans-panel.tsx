import { Badge, Table, Text } from "@mantine/core";
import { IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EditablePanel } from "../../app/editable-panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { PlanModal } from "./plan-modal.tsx";

export type Plan = Api<"payments", "allPlans">[number];

/** Subscriptions that are sold, those not sold now too, with how many run. */
export const PlansPanel = () => (
  <EditablePanel<Plan>
    title="Plans"
    description="Paid by card every period, with credits included."
    query={useQuery(useTRPC().payments.allPlans.queryOptions())}
    newLabel="New plan"
    empty={{
      icon: IconRepeat,
      title: "No plans",
      text: "A plan charges a price every period and gives credits that last until its end.",
    }}
    head={
      <>
        <Table.Th scope="col">Plan</Table.Th>
        <Table.Th scope="col" className="number">
          Price
        </Table.Th>
        <Table.Th scope="col" className="number" visibleFrom="sm">
          Credits included
        </Table.Th>
        <Table.Th scope="col" className="number" visibleFrom="sm">
          Subscribers
        </Table.Th>
      </>
    }
    cells={(plan) => <PlanCells plan={plan} />}
    nameOf={({ name }) => name}
    form={(plan, close) => <PlanModal plan={plan} onClose={close} />}
  />
);

const PlanCells = ({ plan }: { plan: Plan }) => (
  <>
    <Table.Td>
      <Text size="sm">{plan.name}</Text>
      <Text size="xs" c="dimmed" className="mono">
        {plan.slug}
      </Text>
      {!plan.active && (
        <Badge variant="light" color="gray" tt="none">
          Not sold now
        </Badge>
      )}
    </Table.Td>
    <Table.Td className="number">
      <Money amount={plan.price} /> a {plan.period}
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        gives <Money amount={plan.included} />
      </Text>
    </Table.Td>
    <Table.Td className="number" visibleFrom="sm">
      <Money amount={plan.included} />
      {plan.rolloverCap > 0n && (
        <Text size="xs" c="dimmed">
          up to <Money amount={plan.rolloverCap} /> roll over
        </Text>
      )}
    </Table.Td>
    <Table.Td className="number" visibleFrom="sm">
      {plan.subscribers}
    </Table.Td>
  </>
);
