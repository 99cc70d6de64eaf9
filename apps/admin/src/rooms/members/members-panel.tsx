import { Button, Select, Table, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone, notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { isManager, useMe } from "../../session/use-me.ts";
import { changePeople, type Member, type MemberRole } from "./organization-calls.ts";

type MembersPanelProps = { members: readonly Member[]; organizationId: string };

/** The people, with their roles. */
export function MembersPanel({ members, organizationId }: MembersPanelProps) {
  const [leaving, setLeaving] = useState<Member | null>(null);
  return (
    <>
      <Panel flush title="People">
        <DataTable label="Members" minWidth={520} stacks>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Name</Table.Th>
              <Table.Th scope="col">Role</Table.Th>
              <Table.Th scope="col">Joined</Table.Th>
              <Table.Th scope="col">
                <span className="visually-hidden">Remove</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map((member) => (
              <MemberRow
                key={member.id}
                member={member}
                organizationId={organizationId}
                onRemove={() => setLeaving(member)}
              />
            ))}
          </Table.Tbody>
        </DataTable>
      </Panel>
      <RemoveModal member={leaving} organizationId={organizationId} onClose={() => setLeaving(null)} />
    </>
  );
}

type MemberRowProps = { member: Member; organizationId: string; onRemove: () => void };

function MemberRow({ member, organizationId, onRemove }: MemberRowProps) {
  const me = useMe();
  const change = useMutation({
    mutationFn: (role: string) =>
      changePeople("update-member-role", { memberId: member.id, role, organizationId }),
    onError: notifyFailure,
  });
  // Only owners change owners; nobody changes themselves.
  const mayChange =
    isManager(me) && member.userId !== me.user.id && (member.role !== "owner" || me.role === "owner");
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={600}>
          {member.user.name}
          {member.userId === me.user.id && " (you)"}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {member.user.email}
        </Text>
      </Table.Td>
      <Table.Td>
        {mayChange ? (
          <Select
            size="xs"
            w={120}
            aria-label={`Role of ${member.user.name}`}
            allowDeselect={false}
            data={me.role === "owner" ? roles : roles.filter(({ value }) => value !== "owner")}
            value={member.role}
            disabled={change.isPending}
            onChange={(role) => role !== null && change.mutate(role)}
          />
        ) : (
          roles.find(({ value }) => value === member.role)?.label
        )}
      </Table.Td>
      <Table.Td data-label="Joined">
        <Age at={member.createdAt} />
      </Table.Td>
      <Table.Td className="number">
        {mayChange && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="red"
            onClick={onRemove}
            aria-label={`Remove ${member.user.name}`}
          >
            Remove
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

type RemoveModalProps = { member: Member | null; organizationId: string; onClose: () => void };

function RemoveModal({ member, organizationId, onClose }: RemoveModalProps) {
  const remove = useMutation({
    mutationFn: (memberIdOrEmail: string) =>
      changePeople("remove-member", { memberIdOrEmail, organizationId }),
    onSuccess: () => {
      notifyDone(`${member?.user.name ?? "The member"} has been removed.`);
      close();
    },
  });
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <FormModal
      opened={member !== null}
      title="Remove this member?"
      submitLabel="Remove"
      danger
      pending={remove.isPending}
      error={remove.error}
      onClose={close}
      onSubmit={(event) => {
        event?.preventDefault();
        if (member !== null) remove.mutate(member.id);
      }}
    >
      <Text size="sm">
        <b>{member?.user.name}</b> no longer sees this organization. API keys they made keep working until
        revoked.
      </Text>
    </FormModal>
  );
}

const roles: { value: MemberRole; label: string }[] = [
  { value: "owner", label: "Owner" },
  { value: "admin", label: "Admin" },
  { value: "member", label: "Member" },
];
