import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { PageHeader } from "../../app/page-header.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { isManager, useMe } from "../../session/use-me.ts";
import { InvitationsPanel } from "./invitations-panel.tsx";
import { InviteButton } from "./invite-button.tsx";
import { MembersPanel } from "./members-panel.tsx";
import { readPeople } from "./organization-calls.ts";

/** Who belongs to one's own organization. Owners and admins invite people and change roles. */
export function MembersRoom() {
  const me = useMe();
  const organizationId = me.customerId ?? "";
  const people = useQuery({
    queryKey: ["people", organizationId],
    queryFn: () => readPeople(organizationId),
  });
  const manages = isManager(me);
  return (
    <>
      <PageHeader title="Members" description="Everybody here sees the organization's credits and receipts.">
        {manages && <InviteButton organizationId={organizationId} />}
      </PageHeader>
      <QueryBody query={people}>
        {({ members, invitations }) => (
          <Stack gap="lg">
            <MembersPanel members={members} organizationId={organizationId} />
            {manages && invitations.length > 0 && (
              <InvitationsPanel invitations={invitations} organizationId={organizationId} />
            )}
          </Stack>
        )}
      </QueryBody>
    </>
  );
}
