import { Button, Table } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { changePeople, type Invitation } from "./organization-calls.ts";

type InvitationsPanelProps = { invitations: readonly Invitation[]; organizationId: string };

/** Invitations that were sent and not accepted yet. */
export function InvitationsPanel({ invitations, organizationId }: InvitationsPanelProps) {
  const withdraw = useMutation({
    mutationFn: (invitationId: string) => changePeople("cancel-invitation", { invitationId, organizationId }),
    onError: notifyFailure,
  });
  return (
    <Panel flush title="Invitations" description="Sent, not accepted yet.">
      <DataTable label="Invitations" stacks>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">E-mail address</Table.Th>
            <Table.Th scope="col">Role</Table.Th>
            <Table.Th scope="col">Expires</Table.Th>
            <Table.Th scope="col">
              <span className="visually-hidden">Withdraw</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invitations.map((invitation) => (
            <Table.Tr key={invitation.id}>
              <Table.Td style={{ overflowWrap: "anywhere" }}>{invitation.email}</Table.Td>
              <Table.Td tt="capitalize">{invitation.role}</Table.Td>
              <Table.Td data-label="Expires">
                <Age at={invitation.expiresAt} />
              </Table.Td>
              <Table.Td className="number">
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  disabled={withdraw.isPending}
                  onClick={() => withdraw.mutate(invitation.id)}
                  aria-label={`Withdraw the invitation of ${invitation.email}`}
                >
                  Withdraw
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </DataTable>
    </Panel>
  );
}
