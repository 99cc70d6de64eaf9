import { Badge, Button, Group, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconGauge, IconPlayerPause, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Instant } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";
import { BudgetBar } from "./budget-bar.tsx";
import { BudgetModal } from "./budget-modal.tsx";
import { PauseAnybodyModal } from "./pause-anybody-modal.tsx";
import { PauseModal } from "./pause-modal.tsx";
import { RemoveBudgetModal } from "./remove-budget-modal.tsx";
import { type BudgetRow, periodWords, subjectWords } from "./subject-text.ts";
import { usePause } from "./use-pause.ts";

type BudgetsPanelProps = { customer: string; mayChange: boolean };
type Doing = { what: "edit" | "pause" | "remove"; budget: BudgetRow };

/** A customer's budgets with what their periods have spent, and ways to set, pause and remove them. */
export function BudgetsPanel({ customer, mayChange }: BudgetsPanelProps) {
  const [creating, { open, close }] = useDisclosure(false);
  const [pausing, pauseModal] = useDisclosure(false);
  const [doing, setDoing] = useState<Doing | null>(null);
  const pages = usePages<string>();
  const budgets = useQuery(
    useTRPC().budgets.list.queryOptions({ customer, limit: 50, cursor: pages.cursor }),
  );
  const create = mayChange && (
    <Button size="sm" leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New budget
    </Button>
  );
  const done = () => setDoing(null);
  const of = (what: Doing["what"]) => (doing?.what === what ? doing.budget : null);
  return (
    <>
      <Panel
        flush
        title="Budgets"
        description="All that apply to a request must have room for it."
        action={
          mayChange && (
            <Group gap="xs">
              <Button
                size="sm"
                variant="default"
                leftSection={<IconPlayerPause size={16} aria-hidden />}
                onClick={pauseModal.open}
              >
                Pause somebody
              </Button>
              {create}
            </Group>
          )
        }
      >
        <QueryBody
          query={budgets}
          flush
          empty={{
            when: ({ items }) => items.length === 0 && pages.page === 1,
            show: (
              <EmptyState icon={IconGauge} title="No budgets yet" action={create}>
                Without one, spending ends only where the credits do.
              </EmptyState>
            ),
          }}
        >
          {({ items, nextCursor }) => (
            <>
              <DataTable label="Budgets" stacks>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">For</Table.Th>
                    <Table.Th scope="col">Spent</Table.Th>
                    <Table.Th scope="col" className="number">
                      Left
                    </Table.Th>
                    <Table.Th scope="col">Starts anew</Table.Th>
                    <Table.Th scope="col">
                      <span className="visually-hidden">Change</span>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((budget) => (
                    <Row
                      key={budget.id}
                      budget={budget}
                      customer={customer}
                      mayChange={mayChange}
                      onDo={(what) => setDoing({ what, budget })}
                    />
                  ))}
                </Table.Tbody>
              </DataTable>
              <Pager
                page={pages.page}
                nextCursor={nextCursor}
                onBack={pages.back}
                onNext={() => nextCursor !== null && pages.next(nextCursor)}
              />
            </>
          )}
        </QueryBody>
      </Panel>
      <BudgetModal customer={customer} budget={null} opened={creating} onClose={close} />
      <BudgetModal
        key={of("edit")?.id ?? "none"}
        customer={customer}
        budget={of("edit")}
        opened={of("edit") !== null}
        onClose={done}
      />
      <PauseAnybodyModal customer={customer} opened={pausing} onClose={pauseModal.close} />
      <PauseModal customer={customer} subject={of("pause")} onClose={done} />
      <RemoveBudgetModal customer={customer} budget={of("remove")} onClose={done} />
    </>
  );
}

type RowProps = {
  budget: BudgetRow;
  customer: string;
  mayChange: boolean;
  onDo: (what: Doing["what"]) => void;
};

function Row({ budget, customer, mayChange, onDo }: RowProps) {
  const { subject, subjectId, name, period, hard, remaining, resetsAt, pausedBecause, pausedByHand } = budget;
  const resume = usePause(`${name} may spend again.`);
  const title = `${periodWords[period].toLowerCase()} budget of ${name}`;
  return (
    <Table.Tr>
      <Table.Td style={{ minWidth: 180 }}>
        <Group gap={8}>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {pausedBecause !== null && (
            <Badge variant="light" color="red">
              {pausedByHand ? "paused" : "used up"}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {subjectWords[subject]}
          {subjectId !== null && subjectId !== name && subject !== "key" && ` ${subjectId}`}
          {` · ${periodWords[period]} · ${hard ? "refuses beyond it" : "only tells"}`}
        </Text>
        {pausedByHand && <Text size="xs">{pausedBecause}</Text>}
      </Table.Td>
      <Table.Td>
        <BudgetBar budget={budget} />
      </Table.Td>
      <Table.Td className="number" data-label="Left">
        <Money amount={remaining} />
      </Table.Td>
      <Table.Td style={{ minWidth: 150 }} data-label="Starts anew">
        <Instant at={resetsAt} />
      </Table.Td>
      <Table.Td className="number">
        {mayChange && (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={`Edit the ${title}`}
              onClick={() => onDo("edit")}
            >
              Edit
            </Button>
            {pausedByHand ? (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={`Resume ${name}`}
                loading={resume.isPending}
                onClick={() => resume.mutate({ customer, subject, subjectId, reason: null })}
              >
                Resume
              </Button>
            ) : (
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={`Pause ${name}`}
                onClick={() => onDo("pause")}
              >
                Pause
              </Button>
            )}
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              aria-label={`Remove the ${title}`}
              onClick={() => onDo("remove")}
            >
              Remove
            </Button>
          </Group>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
