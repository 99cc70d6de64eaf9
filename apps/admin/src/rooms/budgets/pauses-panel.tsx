import { Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { subjectWords } from "./subject-text.ts";
import { usePause } from "./use-pause.ts";

type PausesPanelProps = { customer: string; mayChange: boolean };

/** Who is paused by hand; nothing where nobody is. */
export function PausesPanel({ customer, mayChange }: PausesPanelProps) {
  const pauses = useQuery(useTRPC().budgets.pauses.queryOptions({ customer }));
  if (pauses.data === undefined || pauses.data.length === 0) return null;
  return (
    <Panel flush title="Paused" description="Refused until somebody resumes them.">
      <DataTable label="Paused" stacks>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Who</Table.Th>
            <Table.Th scope="col">Reason</Table.Th>
            <Table.Th scope="col">Since</Table.Th>
            <Table.Th scope="col">
              <span className="visually-hidden">Resume</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {pauses.data.map((pause) => (
            <PauseRow
              key={`${pause.subject} ${pause.subjectId}`}
              pause={pause}
              customer={customer}
              mayChange={mayChange}
            />
          ))}
        </Table.Tbody>
      </DataTable>
    </Panel>
  );
}

type PauseRowProps = PausesPanelProps & { pause: Api<"budgets", "pauses">[number] };

function PauseRow({ pause, customer, mayChange }: PauseRowProps) {
  const { subject, subjectId, name, reason, pausedAt } = pause;
  const resume = usePause(`${name} may spend again.`);
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {subjectWords[subject]}
        </Text>
      </Table.Td>
      <Table.Td>{reason}</Table.Td>
      <Table.Td data-label="Since">
        <Age at={pausedAt} />
      </Table.Td>
      <Table.Td className="number">
        {mayChange && (
          <Button
            size="compact-sm"
            variant="subtle"
            loading={resume.isPending}
            aria-label={`Resume ${name} now`}
            onClick={() => resume.mutate({ customer, subject, subjectId, reason: null })}
          >
            Resume
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
