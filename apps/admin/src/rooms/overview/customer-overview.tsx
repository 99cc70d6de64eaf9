import { Alert, Anchor, SimpleGrid, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Figure, Figures } from "../../app/figure.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useNow } from "../../app/use-now.ts";
import { Money } from "../../money/money.tsx";
import { isManager, useMe } from "../../session/use-me.ts";
import { runwayText } from "../infrastructure/countdown-text.ts";
import { NoticeAlert } from "../infrastructure/notice-alert.tsx";
import { SpendAmount } from "../usage/spend-amount.tsx";
import { DailySpend } from "./daily-spend.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { PausedAlert } from "./paused-alert.tsx";
import { lastDays, spendStart, spentSince, utcDay, utcMonth } from "./spend.ts";
import { TopSpendPanel } from "./top-spend-panel.tsx";

/** One's own credits: what is left, what was spent, and on what. */
export function CustomerOverview() {
  const me = useMe();
  const trpc = useTRPC();
  const now = useNow();
  const balance = useQuery(trpc.billing.balance.queryOptions({}));
  const daily = useQuery(
    trpc.billing.usage.queryOptions({ from: spendStart(now), groupBy: "day", limit: 100 }),
  );
  const standing = useQuery(trpc.resources.standing.queryOptions({}));
  const organization = me.organizations.find(({ id }) => id === me.customerId);

  return (
    <>
      <PageHeader
        title="Overview"
        description={`${organization?.name ?? "Your organization"}. Days and months are UTC.`}
      />
      <Stack gap="lg">
        <PausedAlert />
        {standing.data && <NoticeAlert standing={standing.data} own />}
        <QueryBody query={balance}>
          {(data) => (
            <>
              <Standing data={data} />
              <BalanceFigures data={data} runwayDays={standing.data?.runwayDays} />
            </>
          )}
        </QueryBody>
        {daily.data?.items.length === 0 && balance.data && (
          <FirstSteps hasCredits={balance.data.available > 0n} manages={isManager(me)} />
        )}
        <QueryBody query={daily}>
          {({ items }) => (
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
              <Panel title="Spend">
                <Stack gap="md">
                  <Figures label="Spend">
                    <Figure label="Today" value={<SpendAmount sums={spentSince(items, utcDay(now))} />} />
                    <Figure
                      label="This month"
                      value={<SpendAmount sums={spentSince(items, utcMonth(now))} />}
                    />
                  </Figures>
                  <DailySpend days={lastDays(items, now, 30)} />
                </Stack>
              </Panel>
              <TopSpendPanel from={utcMonth(now)} by="model" />
              <TopSpendPanel from={utcMonth(now)} by="agent" />
            </SimpleGrid>
          )}
        </QueryBody>
      </Stack>
    </>
  );
}

type Balance = Api<"billing", "balance">;

type BalanceFiguresProps = {
  data: Balance;
  /** Null: nothing is being spent. Undefined while it is read. */
  runwayDays: number | null | undefined;
};

const BalanceFigures = ({ data, runwayDays }: BalanceFiguresProps) => (
  <Figures label="Credits">
    <Figure
      emphasis
      label="Available"
      value={<Money amount={data.available} />}
      note="What you can spend now"
    />
    <Figure
      label="Balance"
      value={<Money amount={data.balance} />}
      note={
        <Anchor component={Link} to="/wallet" inherit>
          Entries and receipts
        </Anchor>
      }
    />
    <Figure
      label="Runway"
      value={runwayDays === undefined ? "…" : runwayText(runwayDays)}
      note={
        <Anchor component={Link} to="/infrastructure" inherit>
          At today's cost
        </Anchor>
      }
    />
    <Figure label="Held" value={<Money amount={data.held} />} note="Set aside for calls under way" />
    <Figure label="Debt" value={<Money amount={data.debt} />} note="Repaid by the next purchase" />
  </Figures>
);

/** What stands in the way of spending, where something does. */
function Standing({ data }: { data: Balance }) {
  const icon = <IconAlertTriangle size={18} aria-hidden />;
  if (data.status === "suspended") {
    return (
      <Alert color="red" variant="light" icon={icon} title="Suspended">
        New calls are refused until the debt of <Money amount={data.debt} /> is repaid. Calls already served
        are still recorded.
      </Alert>
    );
  }
  if (data.debt > 0n) {
    return (
      <Alert color="orange" variant="light" icon={icon} title="Debt outstanding">
        <Money amount={data.debt} /> was served beyond your credits. New holds are refused until it is repaid.
      </Alert>
    );
  }
  return null;
}
