import { Anchor, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Age } from "../../app/age.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { FreshnessPanel } from "./freshness-panel.tsx";
import { ParkedPanel } from "./parked-panel.tsx";

/** Money outstanding, what waits for a decision, and how fresh prices are. */
export function OperatorOverview() {
  const overview = useQuery(useTRPC().ops.overview.queryOptions());
  return (
    <>
      <PageHeader title="Overview" description="All customers together. Days and months are UTC." />
      <Stack gap="lg">
        <QueryBody query={overview}>
          {(data) => (
            <>
              <MoneyFigures data={data} />
              <WaitingFigures data={data} />
              {data.parked > 0 && <ParkedPanel />}
            </>
          )}
        </QueryBody>
        <FreshnessPanel />
      </Stack>
    </>
  );
}

type Overview = Api<"ops", "overview">;

const MoneyFigures = ({ data }: { data: Overview }) => (
  <Figures label="Credits">
    <Figure
      emphasis
      label="Credits outstanding"
      value={<Money amount={data.creditsOutstanding} />}
      note="What customers can still spend"
    />
    <Figure label="Held" value={<Money amount={data.held} />} note="Of it, set aside for calls under way" />
    <Figure label="Consumed today" value={<Money amount={data.consumedToday} />} note="Since 00:00 UTC" />
    <Figure
      label="Consumed this month"
      value={<Money amount={data.consumedThisMonth} />}
      note={
        <>
          As of <Age at={data.asOf} />
        </>
      }
    />
  </Figures>
);

const WaitingFigures = ({ data }: { data: Overview }) => (
  <Figures label="To look at">
    <Figure
      label="Price changes held"
      value={data.heldProposals}
      note={
        data.heldProposals === 0 ? (
          "Nothing waits for a decision"
        ) : (
          <Anchor component={Link} to="/proposals" inherit>
            Decide them
          </Anchor>
        )
      }
    />
    <Figure
      label="Usage without a price"
      value={data.parked}
      note={
        data.parked === 0 ? (
          "Everything reported is rated"
        ) : (
          <Anchor component={Link} to="/parked" inherit>
            See what waits
          </Anchor>
        )
      }
    />
    <Figure
      label="Shutdowns announced"
      value={data.shutdowns}
      note={
        data.shutdowns === 0 ? (
          "Nobody's resources are about to stop"
        ) : (
          <Anchor component={Link} to="/infrastructure" inherit>
            See whose
          </Anchor>
        )
      }
    />
    <Figure label="Customer debt" value={<Money amount={data.debt} />} note="Served beyond the credits" />
    <Figure
      label="Customers"
      value={data.customers}
      note={
        <Anchor component={Link} to="/customers" inherit>
          Show them
        </Anchor>
      }
    />
  </Figures>
);
