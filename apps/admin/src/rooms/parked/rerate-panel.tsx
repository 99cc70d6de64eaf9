import { Badge, Button, Table, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Age, Instant } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { notifyDone } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { RerateDialog } from "./rerate-dialog.tsx";

type Rerating = Api<"catalog", "reratings">[number];

/** Past usage priced once more by another version: what was corrected so far, and a way to take it back. */
export function ReratePanel() {
  const reratings = useQuery(useTRPC().catalog.reratings.queryOptions());
  const [asking, setAsking] = useState(false);
  const [undoing, setUndoing] = useState<Rerating | null>(null);
  return (
    <Panel
      flush
      title="Re-rated usage"
      description="Past usage priced by another catalogue version; corrections can be taken back."
      action={
        <Button size="xs" variant="default" onClick={() => setAsking(true)}>
          Re-rate a window
        </Button>
      }
    >
      <QueryBody
        query={reratings}
        rows={2}
        flush
        empty={{
          when: (data) => data.length === 0,
          show: (
            <Text size="sm" c="dimmed" px="md" pb="md">
              Nothing has been re-rated.
            </Text>
          ),
        }}
      >
        {(data) => <Reratings items={data} onUndo={setUndoing} />}
      </QueryBody>
      {asking && <RerateDialog onClose={() => setAsking(false)} />}
      {undoing && <UndoDialog rerating={undoing} onClose={() => setUndoing(null)} />}
    </Panel>
  );
}

const Reratings = ({ items, onUndo }: { items: readonly Rerating[]; onUndo: (it: Rerating) => void }) => (
  <DataTable label="Re-rated usage" minWidth={760}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">When</Table.Th>
        <Table.Th scope="col">Window</Table.Th>
        <Table.Th scope="col">By version</Table.Th>
        <Table.Th scope="col">Of</Table.Th>
        <Table.Th scope="col">Reason</Table.Th>
        <Table.Th scope="col">State</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {items.map((rerating) => (
        <Table.Tr key={rerating.id}>
          <Table.Td>
            <Age at={rerating.createdAt} />
          </Table.Td>
          <Table.Td>
            <Instant at={rerating.from} /> to <Instant at={rerating.to} />
          </Table.Td>
          <Table.Td>{rerating.version}</Table.Td>
          <Table.Td>{rerating.offering ?? "everything"}</Table.Td>
          <Table.Td>
            {rerating.reason}
            {rerating.proposalId !== null && (
              <Text size="xs" c="dimmed">
                An approved decrease, given back
              </Text>
            )}
          </Table.Td>
          <Table.Td>
            <Badge size="sm" variant="light" color={rerating.state === "posted" ? "teal" : "gray"}>
              {rerating.state}
            </Badge>{" "}
            {(rerating.state === "posted" || rerating.state === "undoing") && (
              <Button size="compact-sm" variant="subtle" onClick={() => onUndo(rerating)}>
                Take back
              </Button>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </DataTable>
);

function UndoDialog({ rerating, onClose }: { rerating: Rerating; onClose: () => void }) {
  const undo = useMutation(
    useTRPC().catalog.undoRerating.mutationOptions({
      onSuccess: ({ status }) => {
        notifyDone(
          status === "undone"
            ? "The corrections were taken back."
            : "Not all could be taken back just now; try again.",
        );
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      opened
      danger
      title="Take this re-rating back"
      consequence="Every correction it posted is reversed; the original debits stay as they were."
      submitLabel="Take back"
      pending={undo.isPending}
      error={undo.error}
      onSubmit={(reason) => undo.mutate({ id: rerating.id, reason })}
      onClose={onClose}
    />
  );
}
