import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { ErrorState } from "../../app/error-state.tsx";
import { Panel } from "../../app/panel.tsx";
import { moneyText } from "../../money/money-text.ts";
import { DryRunFigures } from "./dry-run-figures.tsx";
import { DryRunTable } from "./dry-run-table.tsx";
import type { DryRun, DryRuns } from "./use-dry-run.ts";

type DryRunPanelProps = {
  dryRun: DryRuns;
  /** Why it cannot be run; null where it can. */
  blocked: string | null;
  onRun: () => void;
};

/** The customer's last 30 days under the draft, model by model; changing a term and running again compares drafts. */
export function DryRunPanel({ dryRun, blocked, onRun }: DryRunPanelProps) {
  const { runs, isCurrent, isPending, error } = dryRun;
  const [run, ...earlier] = runs;
  return (
    <Panel
      title="Dry run"
      description="The customer's debits of the last 30 days, each priced once more under this draft at the rates of its instant. Writes nothing."
      action={
        <Button
          size="xs"
          variant="default"
          loading={isPending}
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          onClick={onRun}
        >
          {run === undefined ? "Run over 30 days" : "Run again"}
        </Button>
      }
    >
      <Stack gap="md" aria-live="polite">
        {error !== null && <ErrorState error={error} />}
        {run === undefined && error === null && (
          <Text size="sm" c="dimmed">
            {blocked ?? "Not run for this draft yet."}
          </Text>
        )}
        {run !== undefined && (
          <>
            {!isCurrent && (
              <Alert color="orange" variant="light" role="status">
                The draft has changed since: run again to see what it comes to now.
              </Alert>
            )}
            <DryRunFigures run={run} />
            <Remarks run={run} />
            {run.offerings.length > 0 && <DryRunTable run={run} />}
            {earlier.length > 0 && (
              <Text size="sm" c="dimmed">
                Earlier drafts came to{" "}
                {earlier.map(({ difference }) => moneyText(difference, { signed: true })).join(", ")}.
              </Text>
            )}
          </>
        )}
      </Stack>
    </Panel>
  );
}

function Remarks({ run }: { run: DryRun }) {
  const { events, skipped, unpriced, complete, offeringsLeftOut, volumeDiscount } = run;
  const remarks = [
    events === 0 && "There was no usage in that time.",
    volumeDiscount > 0n && "Volume discounts count from the first of the month the 30 days begin in.",
    skipped > 0 && `${skipped} left out: their amount was not decided by prices alone.`,
    unpriced > 0 && `${unpriced} would have had no price.`,
    offeringsLeftOut > 0 && `${offeringsLeftOut} models that move less are in the totals only.`,
    !complete && "There was more usage than is looked at; the figures are of the part that was.",
  ].filter((remark) => remark !== false);
  return remarks.length === 0 ? null : (
    <Text size="sm" c="dimmed">
      {remarks.join(" ")}
    </Text>
  );
}
