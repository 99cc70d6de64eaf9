import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconFileText, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { BackTo } from "./back-to.tsx";
import type { Plan } from "./contract.ts";
import { RetirePlanDialog } from "./retire-plan-dialog.tsx";
import { TermsList } from "./terms-list.tsx";

/** Contract plans: terms to begin contracts with. */
export function PlansRoom() {
  const plans = useQuery(useTRPC().contracts.plans.queryOptions());
  const [changing, setChanging] = useState<Plan | null>(null);
  return (
    <>
      <PageHeader
        title="Contract plans"
        above={<BackTo to="/contracts">Contracts</BackTo>}
        description="Terms to begin contracts with. A contract copies them: changing a plan changes nobody's contract."
      >
        <NewPlan />
      </PageHeader>
      <QueryBody
        query={plans}
        empty={{
          when: (all) => all.length === 0,
          show: (
            <Panel>
              <EmptyState icon={IconFileText} title="No plans yet" action={<NewPlan />}>
                A plan saves writing the same terms for every customer.
              </EmptyState>
            </Panel>
          ),
        }}
      >
        {(all) => (
          <Stack gap="lg">
            {all.map((plan) => (
              <PlanPanel key={plan.id} plan={plan} onRetire={() => setChanging(plan)} />
            ))}
          </Stack>
        )}
      </QueryBody>
      {changing && <RetirePlanDialog plan={changing} onClose={() => setChanging(null)} />}
    </>
  );
}

const NewPlan = () => (
  <Button
    leftSection={<IconPlus size={16} aria-hidden />}
    renderRoot={(props) => <Link {...props} to="/contracts/plans/$planId" params={{ planId: "new" }} />}
  >
    New plan
  </Button>
);

const PlanPanel = ({ plan, onRetire }: { plan: Plan; onRetire: () => void }) => (
  <Panel
    title={plan.name}
    description={
      <>
        <span className="mono">{plan.id}</span>
        {plan.description !== "" && ` · ${plan.description}`}
      </>
    }
    action={
      <Group gap="xs">
        {plan.retired ? (
          <Badge variant="light" color="gray">
            retired
          </Badge>
        ) : (
          <Button
            size="xs"
            renderRoot={(props) => <Link {...props} to="/contracts/new" search={() => ({ plan: plan.id })} />}
          >
            Start a contract from {plan.name}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => (
            <Link {...props} to="/contracts/plans/$planId" params={{ planId: plan.id }} />
          )}
        >
          Edit {plan.name}
        </Button>
        <Button size="xs" variant="default" onClick={onRetire}>
          {plan.retired ? "Offer" : "Retire"} {plan.name}
        </Button>
      </Group>
    }
  >
    <TermsList terms={plan.terms} />
    <Text size="xs" c="dimmed" mt={8}>
      Changed <Age at={plan.updatedAt} />
    </Text>
  </Panel>
);
