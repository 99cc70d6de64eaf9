import { Button, Group, type MantineSize } from "@mantine/core";
import { useState } from "react";
import { type Decision, DecisionDialog } from "./decision-dialog.tsx";
import { EditDialog } from "./edit-dialog.tsx";
import { isActivatable, type Proposal } from "./proposal.ts";
import { ScheduleDialog } from "./schedule-dialog.tsx";

type Asked = Decision | "edit" | "schedule";

/** What a person can do with a change that waits: approve, correct, schedule, reject; each asks for a reason. */
export function ProposalActions({
  proposal,
  size = "xs",
  brief = false,
}: {
  proposal: Proposal;
  size?: MantineSize;
  /** Only the two that lists offer. */
  brief?: boolean;
}) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const close = () => setAsked(null);
  return (
    <>
      <Group gap="xs">
        {isActivatable(proposal) && (
          <Button size={size} onClick={() => setAsked("approve")}>
            Approve
          </Button>
        )}
        {!brief && (
          <Button size={size} variant="default" onClick={() => setAsked("edit")}>
            Correct
          </Button>
        )}
        {!brief && isActivatable(proposal) && (
          <Button size={size} variant="default" onClick={() => setAsked("schedule")}>
            Schedule
          </Button>
        )}
        <Button size={size} variant="default" onClick={() => setAsked("reject")}>
          Reject
        </Button>
      </Group>
      {(asked === "approve" || asked === "reject") && (
        <DecisionDialog proposal={proposal} decision={asked} onClose={close} />
      )}
      {asked === "edit" && <EditDialog proposal={proposal} onClose={close} />}
      {asked === "schedule" && <ScheduleDialog proposal={proposal} onClose={close} />}
    </>
  );
}
