import { Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { DisputesTable, EventsTable, RefundsTable } from "./activity-panels.tsx";
import { OrdersPanel } from "./orders-panel.tsx";
import { SettlementsPanel } from "./settlements-panel.tsx";

/** Money in and back: every customer's orders, refunds, disputes, token payments and what the provider told. */
export function PaymentsRoom() {
  const [params, change] = useAddressParams();
  const tab = TABS.find(({ value }) => value === params.get("tab"))?.value ?? "orders";
  return (
    <>
      <PageHeader title="Payments" description="What customers paid, and what went back." />
      <Tabs
        value={tab}
        onChange={(value) => change({ tab: value === "orders" ? null : value })}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {TABS.map(({ value, label }) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="orders">
          <OrdersPanel />
        </Tabs.Panel>
        <Tabs.Panel value="refunds">
          <ActivityPanel title="Refunds">
            {(data) => <RefundsTable refunds={data.refunds} linked />}
          </ActivityPanel>
        </Tabs.Panel>
        <Tabs.Panel value="disputes">
          <ActivityPanel title="Disputes">
            {(data) => <DisputesTable disputes={data.disputes} linked />}
          </ActivityPanel>
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <SettlementsPanel />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <ActivityPanel title="Events">
            {(data) => <EventsTable events={data.events} linked />}
          </ActivityPanel>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

type ActivityPanelProps = { title: string; children: (data: Api<"payments", "activity">) => ReactNode };

function ActivityPanel({ title, children }: ActivityPanelProps) {
  const activity = useQuery(useTRPC().payments.activity.queryOptions());
  return (
    <Panel flush title={title} description="The latest 200; an order shows all of its own.">
      <QueryBody query={activity} flush>
        {children}
      </QueryBody>
    </Panel>
  );
}

const TABS = [
  { value: "orders", label: "Orders" },
  { value: "refunds", label: "Refunds" },
  { value: "disputes", label: "Disputes" },
  { value: "tokens", label: "Token payments" },
  { value: "events", label: "Events" },
] as const;
