import { Select } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "../../app/empty-state.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRows } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { usePages } from "../../app/use-pages.ts";
import { BatchBar } from "./batch-bar.tsx";
import { PolicyButton } from "./policy-button.tsx";
import { isOpen, type ProposalState, STATES, stateText } from "./proposal.ts";
import { ProposalList } from "./proposal-list.tsx";

/** Price changes that wait for a person, and what became of earlier ones. */
export function ProposalsRoom() {
  const [params, change] = useAddressParams();
  const state = STATES.find((it) => it === params.get("state")) ?? "held";
  const { cursor, page, next, back, reset } = usePages<string>();
  const proposals = useQuery(
    useTRPC().catalog.proposals.queryOptions(
      { state, limit: 25, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData, refetchInterval: 30_000 },
    ),
  );
  const { data } = proposals;
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const open = data?.items.filter(isOpen) ?? [];
  return (
    <>
      <PageHeader
        title="Price changes"
        description="Price changes the guard did not let through. The last good price is served until you decide."
      >
        <Select
          aria-label="State"
          w={170}
          allowDeselect={false}
          value={state}
          onChange={(chosen) => {
            reset();
            setTicked(new Set());
            change({ state: chosen === "held" ? null : chosen });
          }}
          data={STATES.map((value) => ({ value, label: stateText(value) }))}
        />
        <PolicyButton />
      </PageHeader>
      {proposals.isError && <ErrorState error={proposals.error} onRetry={() => void proposals.refetch()} />}
      {(proposals.isPending || data) && (
        <Panel flush>
          {!data && (
            <div className="panel-body">
              <LoadingRows />
            </div>
          )}
          {data?.items.length === 0 && <NothingHere state={state} />}
          {open.length > 0 && <BatchBar open={open} ticked={ticked} onTick={setTicked} />}
          {data && data.items.length > 0 && (
            <ProposalList
              items={data.items}
              ticked={ticked}
              onTick={(id, on) =>
                setTicked((before) => new Set(on ? [...before, id] : [...before].filter((it) => it !== id)))
              }
            />
          )}
          {data && (
            <Pager
              page={page}
              nextCursor={data.nextCursor}
              onBack={back}
              onNext={() => data.nextCursor !== null && next(data.nextCursor)}
              note={`${data.total} ${data.total === 1 ? "change" : "changes"}`}
            />
          )}
        </Panel>
      )}
    </>
  );
}

const NothingHere = ({ state }: { state: ProposalState }) =>
  state === "held" ? (
    <EmptyState icon={IconShieldCheck} title="Nothing waits for you">
      Every price a source states passes the guard before it bills anyone. What changes by more than half or
      double, starts outside its meter's bounds, contradicts the other rates of its model or comes with too
      many others at once is held here, while the last good price stays in force.
    </EmptyState>
  ) : (
    <EmptyState icon={IconShieldCheck} title={`None: ${stateText(state).toLowerCase()}`} />
  );
