import { Stack } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { ContractPanel } from "./contract-panel.tsx";
import { CreditLinePanel } from "./credit-line-panel.tsx";
import { MonthPanel } from "./month-panel.tsx";

/** What an organization agreed with the platform: what holds, what comes, and how far the month has come. */
export function TermsRoom() {
  const own = useQuery(useTRPC().contracts.own.queryOptions({}));
  return (
    <>
      <PageHeader
        title="Terms"
        description="What your organization agreed with the platform. Where nothing was agreed, the public prices and rules apply."
      />
      <QueryBody query={own} rows={6}>
        {(data) => <Terms own={data} />}
      </QueryBody>
    </>
  );
}

function Terms({ own }: { own: Api<"contracts", "own"> }) {
  const { contracts, discounts } = own;
  if (contracts.length === 0 && discounts.length === 0) {
    return (
      <Panel>
        <EmptyState icon={IconFileText} title="Standard prices apply">
          There is no contract. The catalogue shows what everything costs.
        </EmptyState>
      </Panel>
    );
  }
  return (
    <Stack gap="lg">
      {contracts.map((contract) => (
        <ContractPanel key={contract.contract} contract={contract} />
      ))}
      {discounts.length > 0 && <MonthPanel own={own} />}
      {contracts.some(({ terms }) => terms.creditLine !== null) && <CreditLinePanel />}
    </Stack>
  );
}
