import { Select } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
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
import type { ProposalState } from "./proposal.ts";
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
  return (
    <>
      <PageHeader
        title="Proposals"
        description="Price changes the guard did not let through. The last good price is served until you decide."
      >
        <Select
          aria-label="State"
          w={170}
          allowDeselect={false}
          value={state}
          onChange={(chosen) => {
            reset();
            change({ state: chosen === "held" ? null : chosen });
          }}
          data={STATES.map((value) => ({ value, label: labelOf(value) }))}
        />
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
          {data && data.items.length > 0 && <ProposalList items={data.items} />}
          {data && (
            <Pager
              page={page}
              nextCursor={data.nextCursor}
              onBack={back}
              onNext={() => data.nextCursor !== null && next(data.nextCursor)}
              note={`${data.total} ${data.total === 1 ? "proposal" : "proposals"}`}
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
    <EmptyState icon={IconShieldCheck} title={`None: ${labelOf(state).toLowerCase()}`} />
  );

const STATES = [
  "held",
  "approved",
  "rejected",
  "released",
  "superseded",
] as const satisfies readonly ProposalState[];

const LABELS: ReadonlyMap<ProposalState, string> = new Map([
  ["held", "Held"],
  ["approved", "Approved"],
  ["rejected", "Rejected"],
  ["released", "Confirmed by a witness"],
  ["superseded", "Superseded"],
]);

const labelOf = (state: ProposalState): string => LABELS.get(state) ?? state;
