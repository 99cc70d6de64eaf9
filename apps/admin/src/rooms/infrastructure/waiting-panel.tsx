import { Button, Group, Table, Text } from "@mantine/core";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";

type Deployment = Api<"resources", "waitingDeployments">["items"][number];

/** Deployments of which the platform does not say what became, with what to do; nothing where there is none. */
export function WaitingPanel() {
  const { cursor, page, next, back } = usePages<string>();
  const waiting = useQuery({
    ...useTRPC().resources.waitingDeployments.queryOptions({
      limit: 25,
      ...(cursor !== undefined && { cursor }),
    }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  if (waiting.data === undefined || (waiting.data.items.length === 0 && page === 1)) return null;
  return (
    <Panel
      flush
      title="Deployments without an answer"
      description="Asked for more than half an hour ago; the platform says neither that they run nor that they failed. No day of them is billed until it does. Look there, and say here what became of them."
    >
      <DataTable label="Deployments without an answer" minWidth={620}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">What</Table.Th>
            <Table.Th scope="col">Customer</Table.Th>
            <Table.Th scope="col">Asked for</Table.Th>
            <Table.Th scope="col">
              <span className="visually-hidden">What became of it</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {waiting.data.items.map((deployment) => (
            <DeploymentRow key={deployment.id} deployment={deployment} />
          ))}
        </Table.Tbody>
      </DataTable>
      <Pager
        page={page}
        nextCursor={waiting.data.nextCursor}
        onBack={back}
        onNext={() => waiting.data.nextCursor && next(waiting.data.nextCursor)}
      />
    </Panel>
  );
}

function DeploymentRow({ deployment }: { deployment: Deployment }) {
  const [asking, setAsking] = useState(false);
  const report = useMutation(
    useTRPC().resources.report.mutationOptions({
      onSuccess: ({ resource }) => {
        notifyDone(`${resource.name} is noted as ${resource.state}.`);
        setAsking(false);
      },
      // The question shows its own failure.
      onError: (error) => !asking && notifyFailure(error),
    }),
  );
  const named = { id: deployment.id, customer: deployment.customerId };
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600} style={{ overflowWrap: "anywhere" }}>
          {deployment.name}
        </Text>
        <Text size="xs" c="dimmed">
          {deployment.kind} · {deployment.takenOn ? "the platform took it on" : "not taken on"}
        </Text>
      </Table.Td>
      <Table.Td>{deployment.customer}</Table.Td>
      <Table.Td>
        <Age at={deployment.since} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            loading={report.isPending && !asking}
            aria-label={`${deployment.name} runs`}
            onClick={() => report.mutate({ ...named, outcome: "deployed" })}
          >
            It runs
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={`${deployment.name} failed`}
            onClick={() => {
              report.reset();
              setAsking(true);
            }}
          >
            It failed
          </Button>
        </Group>
        <FormModal
          opened={asking}
          title={`The deployment of ${deployment.name} failed?`}
          submitLabel="It failed"
          danger
          pending={report.isPending}
          error={report.error}
          onClose={() => {
            report.reset();
            setAsking(false);
          }}
          onSubmit={(event) => {
            event?.preventDefault();
            report.mutate({ ...named, outcome: "failed" });
          }}
        >
          <Text size="sm">
            A first deployment that failed is over, and its fee goes back to {deployment.customer}. What ran
            before and does not start again stays stopped.
          </Text>
        </FormModal>
      </Table.Td>
    </Table.Tr>
  );
}
