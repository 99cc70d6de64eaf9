import { Button, Checkbox, Group, Text } from "@mantine/core";
import { useState } from "react";
import { BatchDialog } from "./batch-dialog.tsx";
import type { Decision } from "./decision-dialog.tsx";
import { isActivatable, type Proposal } from "./proposal.ts";

type BatchBarProps = {
  /** What can be decided of the page being looked at. */
  open: readonly Proposal[];
  ticked: ReadonlySet<string>;
  onTick: (ticked: ReadonlySet<string>) => void;
};

/** Ticks the whole page, and decides what is ticked with one reason. */
export function BatchBar({ open, ticked, onTick }: BatchBarProps) {
  const [asked, setAsked] = useState<Decision | null>(null);
  const chosen = open.filter(({ id }) => ticked.has(id));
  const all = chosen.length === open.length;
  return (
    <div className="panel-tools">
      <Group justify="space-between" gap="sm" style={{ flex: 1 }}>
        <Checkbox
          label={chosen.length === 0 ? "Select all of this page" : `${chosen.length} selected`}
          checked={all}
          indeterminate={!all && chosen.length > 0}
          onChange={() => onTick(all ? new Set() : new Set(open.map(({ id }) => id)))}
        />
        {chosen.length > 0 ? (
          <Group gap="xs">
            <Button size="xs" disabled={!chosen.some(isActivatable)} onClick={() => setAsked("approve")}>
              Approve selected
            </Button>
            <Button size="xs" variant="default" onClick={() => setAsked("reject")}>
              Reject selected
            </Button>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            Selected changes are decided together, with one reason.
          </Text>
        )}
      </Group>
      {asked && (
        <BatchDialog
          proposals={chosen}
          decision={asked}
          onClose={(done) => {
            setAsked(null);
            if (done) onTick(new Set());
          }}
        />
      )}
    </div>
  );
}
