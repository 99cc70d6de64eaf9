import { Alert, Stack } from "@mantine/core";
import { IconChartBar, IconInfoCircle } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { useNow } from "../../app/use-now.ts";
import { Money } from "../../money/money.tsx";
import { isManager, useMe } from "../../session/use-me.ts";
import { UsageChart } from "./usage-chart.tsx";
import { UsageDownloads } from "./usage-downloads.tsx";
import { UsageFigures } from "./usage-figures.tsx";
import { UsageFilters } from "./usage-filters.tsx";
import { UsageTable } from "./usage-table.tsx";
import { DIMENSION_NAMES, filterChange, readView } from "./usage-view.ts";
import { ZoneSelect } from "./zone-select.tsx";

export type Explored = Api<"analytics", "explore">;

/** Where credits went: a chart and a table over the same usage, narrowed by what is clicked. */
export function UsageRoom() {
  const me = useMe();
  const isOperator = me.kind === "operator";
  const now = useNow();
  const [params, change] = useAddressParams();
  // Known with the first answer; until then today is UTC's.
  const [organizationZone, setOrganizationZone] = useState("UTC");
  const view = readView(params, now, isOperator, organizationZone);
  const { from, to, granularity, groupBy, filters, zone, customer } = view;
  const usage = useQuery(
    useTRPC().analytics.explore.queryOptions(
      { from, to, granularity, groupBy, filters, zone, limit: 100, ...(customer !== null && { customer }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const pick = (value: string): void =>
    groupBy === "customer"
      ? change({ customer: value, by: "model" }, "push")
      : change({ ...filterChange(groupBy, value), by: NEXT[groupBy] ?? "model" }, "push");
  const answered = usage.isPlaceholderData ? undefined : usage.data;
  if (zone === "organization" && answered !== undefined && answered.timeZone !== organizationZone) {
    setOrganizationZone(answered.timeZone);
  }
  return (
    <>
      <PageHeader
        title="Usage"
        description={
          <>
            What was debited, less what was given back, by the time it was used. Days are those of{" "}
            <strong>{usage.data?.timeZone ?? "UTC"}</strong>.
          </>
        }
      >
        <UsageDownloads view={view} ofOne={!isOperator || customer !== null} />
      </PageHeader>
      <Stack gap="lg">
        <UsageFilters view={view} isOperator={isOperator} names={usage.data?.names ?? {}} onChange={change} />
        <QueryBody query={usage} rows={8}>
          {(data) => (
            <>
              {zone === "organization" && isManager(me) && (
                <ZoneSelect timeZone={data.timeZone} customer={customer} />
              )}
              <UsageFigures data={data} />
              <ChangedDays data={data} />
              {data.rows.length === 0 ? (
                <Panel title={`By ${DIMENSION_NAMES[groupBy].toLowerCase()}`} flush>
                  <EmptyState icon={IconChartBar} title="Nothing was used here">
                    No usage of these days fits the filters. Usage appears as soon as it is reported.
                  </EmptyState>
                </Panel>
              ) : (
                <>
                  <UsageChart data={data} groupBy={groupBy} granularity={granularity} onPick={pick} />
                  <UsageTable data={data} groupBy={groupBy} onPick={pick} />
                </>
              )}
            </>
          )}
        </QueryBody>
      </Stack>
    </>
  );
}

/** Closed days of the interval that changed later. */
function ChangedDays({ data: { changed } }: { data: Explored }) {
  if (changed.length === 0) return null;
  return (
    <Alert
      variant="light"
      color="blue"
      icon={<IconInfoCircle size={18} aria-hidden />}
      title="Closed days that changed later"
    >
      <ul className="banner-lines">
        {changed.slice(0, 5).map(({ day, lateEvents, lateAmount, corrections, corrected }) => (
          <li key={day}>
            {day}:{" "}
            {lateEvents > 0 && (
              <>
                {lateEvents.toLocaleString("en")} came late
                {lateAmount > 0n && (
                  <>
                    {" "}
                    and added <Money amount={lateAmount} />
                  </>
                )}
              </>
            )}
            {lateEvents > 0 && corrections > 0 && "; "}
            {corrections > 0 && (
              <>
                {corrections.toLocaleString("en")} corrected later by <Money amount={corrected} signed />,
                counted on the day of the correction
              </>
            )}
          </li>
        ))}
        {changed.length > 5 && <li>and {changed.length - 5} more</li>}
      </ul>
    </Alert>
  );
}

/** What one usually asks next. */
const NEXT: Partial<Record<string, string>> = {
  provider: "model",
  modality: "model",
  model: "agent",
  agent: "model",
  app: "model",
};
