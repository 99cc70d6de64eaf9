import { Anchor, Group, Stack } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Instant } from "../../app/age.tsx";
import { CopyButton } from "../../app/copy-button.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { RunBadge } from "./run-badge.tsx";
import { countsText, readRunDetails } from "./run-details.ts";
import { RunFailure, RunFindings, RunOfferings } from "./run-findings.tsx";
import { durationText, triggerText } from "./sync-run.ts";
import classes from "./sync-runs.module.css";

/** One reading of a source: when, why, what it found, and what went wrong. */
export function RunRoom() {
  const { runId = "" } = useParams({ strict: false });
  const run = useQuery(
    useTRPC().catalog.run.queryOptions(
      { id: runId },
      { refetchInterval: ({ state }) => (state.data?.finishedAt === null ? 3_000 : false) },
    ),
  );
  if (run.isPending) return <LoadingRoom />;
  if (run.isLoadingError) {
    return (
      <>
        <PageHeader title="Sync run" above={<BackToRuns />} />
        <ErrorState error={run.error} onRetry={() => void run.refetch()} />
      </>
    );
  }
  return <Run run={run.data} />;
}

function Run({ run }: { run: Api<"catalog", "run"> }) {
  const details = readRunDetails(run.details);
  return (
    <>
      <PageHeader
        title={`Run of ${run.source}`}
        above={<BackToRuns />}
        description={<Instant at={run.claimedAt ?? run.slot} />}
      >
        <RunBadge run={run} />
      </PageHeader>
      <Stack gap="lg">
        <RunFailure error={run.error} check={details.check} excerpt={details.excerpt} />
        <Panel title="What happened">
          <dl className={classes.facts}>
            <dt>Why</dt>
            <dd>{triggerText(run.trigger)}</dd>
            <dt>Due</dt>
            <dd>
              <Instant at={run.slot} />
            </dd>
            <dt>Started</dt>
            <dd>{run.claimedAt === null ? "not yet" : <Instant at={run.claimedAt} />}</dd>
            <dt>Took</dt>
            <dd>{durationText(run) ?? "not finished"}</dd>
            <dt>Worker</dt>
            <dd>{run.claimedBy ?? "none yet"}</dd>
            <dt>Found</dt>
            <dd>{countsText(run.counts) || "nothing"}</dd>
            <dt>Catalogue version</dt>
            <dd>{run.version ?? "no new one"}</dd>
            {run.sha256 !== null && (
              <>
                <dt>Document</dt>
                <dd>
                  <Group gap={4} wrap="nowrap">
                    <span className={classes.mono}>sha256 {run.sha256.slice(0, 16)}…</span>
                    <CopyButton text={run.sha256} label="Copy the document's SHA-256" />
                  </Group>
                </dd>
              </>
            )}
          </dl>
        </Panel>
        <RunFindings details={details} />
        <RunOfferings offerings={details.offerings} />
      </Stack>
    </>
  );
}

const BackToRuns = () => (
  <Anchor component={Link} to="/sync-runs" size="sm" w="fit-content">
    <Group gap={4} component="span">
      <IconArrowLeft size={15} aria-hidden />
      Sync runs
    </Group>
  </Anchor>
);
