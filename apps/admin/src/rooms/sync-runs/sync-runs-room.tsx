import { Select, Stack } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../app/empty-state.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRows } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { usePages } from "../../app/use-pages.ts";
import { RunsTable } from "./runs-table.tsx";
import { SourceCard } from "./source-card.tsx";
import type { Source } from "./sync-run.ts";
import classes from "./sync-runs.module.css";

/** Where prices come from, how fresh they are, and every reading of every source. */
export function SyncRunsRoom() {
  const sources = useQuery(
    useTRPC().catalog.sources.queryOptions(undefined, { refetchInterval: REFRESH_MS }),
  );
  return (
    <>
      <PageHeader
        title="Sync runs"
        description="Where prices come from and every reading of every source. A failure leaves the last good prices in force, ageing."
      />
      <Stack gap="lg">
        {sources.isError && <ErrorState error={sources.error} onRetry={() => void sources.refetch()} />}
        {sources.isPending && <LoadingRows rows={3} />}
        {sources.data?.length === 0 && (
          <Panel>
            <EmptyState icon={IconRefresh} title="No source has been announced">
              The worker announces its sources when it starts; start one to fill the catalogue.
            </EmptyState>
          </Panel>
        )}
        {sources.data && sources.data.length > 0 && (
          <ul className={classes.cards} aria-label="Sources">
            {sources.data.map((source) => (
              <SourceCard key={source.source} source={source} />
            ))}
          </ul>
        )}
        <Runs sources={sources.data ?? []} />
      </Stack>
    </>
  );
}

function Runs({ sources }: { sources: readonly Source[] }) {
  const [params, change] = useAddressParams();
  const source = params.get("source");
  const { cursor, page, next, back, reset } = usePages<string>();
  const runs = useQuery(
    useTRPC().catalog.runs.queryOptions(
      { limit: 25, ...(source !== null && { source }), ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: REFRESH_MS },
    ),
  );
  const { data } = runs;
  return (
    <Panel
      title="Runs"
      flush
      action={
        <Select
          aria-label="Source"
          placeholder="All sources"
          clearable
          size="sm"
          w={200}
          value={source}
          onChange={(chosen) => {
            reset();
            change({ source: chosen });
          }}
          data={sources.map((it) => ({ value: it.source, label: it.title }))}
        />
      }
    >
      {runs.isError && (
        <div className="panel-body">
          <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />
        </div>
      )}
      {runs.isPending && (
        <div className="panel-body">
          <LoadingRows />
        </div>
      )}
      {data?.items.length === 0 && (
        <EmptyState icon={IconRefresh} title="No runs yet">
          A worker reads each source on its schedule, and when you ask for it.
        </EmptyState>
      )}
      {data && data.items.length > 0 && <RunsTable runs={data.items} />}
      {data && (
        <Pager
          page={page}
          nextCursor={data.nextCursor}
          onBack={back}
          onNext={() => data.nextCursor !== null && next(data.nextCursor)}
        />
      )}
    </Panel>
  );
}

/** A requested run is picked up within seconds; the room shows it without a reload. */
const REFRESH_MS = 5_000;
