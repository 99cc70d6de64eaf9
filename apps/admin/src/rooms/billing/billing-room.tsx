import { Alert, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Figure, Figures } from "../../app/figure.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { isManager, useMe } from "../../session/use-me.ts";
import { OwnTermsPanel } from "../contracts/own-terms-panel.tsx";
import { AlertsPanel } from "./alerts-panel.tsx";
import { AutoTopUpPanel } from "./auto-top-up-panel.tsx";
import { BuyPanel } from "./buy-panel.tsx";
import { CardsPanel } from "./cards-panel.tsx";
import { DetailsPanel } from "./details-panel.tsx";
import { InvoicesPanel } from "./invoices-panel.tsx";
import { PlansPanel } from "./plans-panel.tsx";
import { RecurringPanel } from "./recurring-panel.tsx";
import { ReturnNotice } from "./return-notice.tsx";
import { RunwayFigure } from "./runway-figure.tsx";
import { StatementsPanel } from "./statements-panel.tsx";
import { TokensPanel } from "./tokens-panel.tsx";

/** What an organization has, how it buys more, and the papers. Paying is for its owners and admins. */
export function BillingRoom() {
  const trpc = useTRPC();
  const pays = isManager(useMe());
  const balance = useQuery(trpc.billing.balance.queryOptions({}));
  const shop = useQuery(trpc.payments.packs.queryOptions());
  return (
    <>
      <PageHeader
        title="Billing"
        description="Buy credits, keep cards, refill automatically. 1 credit is 1 US dollar."
      />
      <Stack gap="lg">
        <ReturnNotice />
        {shop.data?.gateway === "sandbox" && (
          <Alert color="gray" variant="light" title="Sandbox" icon={icon}>
            No real money moves here. The payment page lists test cards; never type a real one.
          </Alert>
        )}
        {!pays && (
          <Alert color="gray" variant="light" icon={icon}>
            Only owners and admins of the organization buy credits or change cards. You can look.
          </Alert>
        )}
        <QueryBody query={balance} rows={2}>
          {(data) => <Standing data={data} />}
        </QueryBody>
        <OwnTermsPanel />
        <BuyPanel shop={shop} pays={pays} />
        <PlansPanel pays={pays && shop.data !== undefined && shop.data.gateway !== null} />
        <RecurringPanel />
        <AutoTopUpPanel pays={pays && shop.data !== undefined && shop.data.gateway !== null} />
        <AlertsPanel pays={pays} />
        <CardsPanel pays={pays && shop.data !== undefined && shop.data.gateway !== null} />
        <TokensPanel />
        <InvoicesPanel />
        <DetailsPanel pays={pays} />
        <StatementsPanel />
      </Stack>
    </>
  );
}

const icon = <IconAlertTriangle size={18} aria-hidden />;

const Standing = ({ data }: { data: Api<"billing", "balance"> }) => (
  <>
    {data.status === "suspended" && (
      <Alert color="red" variant="light" title="Suspended" icon={icon}>
        New calls are refused. Buying at least <Money amount={data.debt} /> of credits repays the debt.
      </Alert>
    )}
    <Figures label="Credits">
      <Figure
        emphasis
        label="Available"
        value={<Money amount={data.available} />}
        note="What you can spend now"
      />
      <RunwayFigure />
      <Figure label="Balance" value={<Money amount={data.balance} />} note="Credits posted" />
      <Figure label="Held" value={<Money amount={data.held} />} note="Set aside for calls under way" />
      <Figure label="Debt" value={<Money amount={data.debt} />} note="Repaid first by the next purchase" />
    </Figures>
  </>
);
