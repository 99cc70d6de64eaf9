import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconGhost2 } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../app/empty-state.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { saveFile } from "../../app/save-file.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { useNow } from "../../app/use-now.ts";
import { Money } from "../../money/money.tsx";
import { CodeBlock } from "../explorer/code-block.tsx";
import { shadowCsv } from "./shadow-csv.ts";
import { shadowCurl } from "./shadow-curl.ts";
import { Difference, ShadowTable } from "./shadow-table.tsx";

export type ShadowReport = Api<"analytics", "shadow">;

/** What shadow events would have cost here beside what the platform took for them, before a cent moves. */
export function ShadowRoom() {
  const [params, change] = useAddressParams();
  const today = useNow().toISOString().slice(0, 10);
  const to = dayIn(params, "to") ?? today;
  const from = dayIn(params, "from") ?? new Date(Date.parse(to) - 29 * DAY_MS).toISOString().slice(0, 10);
  const [customer] = useDebouncedValue(params.get("customer")?.trim() ?? "", 300);
  const shadow = useQuery(
    useTRPC().analytics.shadow.queryOptions(
      {
        from: new Date(from),
        to: new Date(Date.parse(to) + DAY_MS),
        ...(customer !== "" && { customer }),
      },
      { placeholderData: keepPreviousData },
    ),
  );
  const report = shadow.data;
  return (
    <>
      <PageHeader
        title="Shadow"
        description="What usage sent in shadow would have cost here, beside what the platform itself took. No money moves. Days are UTC."
      >
        <Button
          variant="default"
          size="sm"
          disabled={report === undefined || report.total.events === 0}
          onClick={() =>
            report &&
            saveFile({ name: `shadow-${from}-${to}.csv`, type: "text/csv", content: shadowCsv(report) })
          }
        >
          Download as CSV
        </Button>
      </PageHeader>
      <Stack gap="lg">
        <Group gap="sm" align="flex-end">
          {(["from", "to"] as const).map((end) => (
            <TextInput
              key={end}
              type="date"
              label={end === "from" ? "From" : "To"}
              value={end === "from" ? from : to}
              w={160}
              onChange={(event) =>
                event.currentTarget.value !== "" && change({ [end]: event.currentTarget.value })
              }
            />
          ))}
          <TextInput
            type="search"
            label="Customer"
            placeholder="Everybody; or an id, ours or yours"
            value={params.get("customer") ?? ""}
            w={{ base: "100%", xs: 280 }}
            onChange={(event) => change({ customer: event.currentTarget.value || null })}
          />
        </Group>
        <QueryBody query={shadow} empty={{ when: ({ total }) => total.events === 0, show: <NothingYet /> }}>
          {(data) => <Compared report={data} />}
        </QueryBody>
      </Stack>
    </>
  );
}

function Compared({ report }: { report: ShadowReport }) {
  const { total } = report;
  const left = total.events - total.compared;
  return (
    <>
      <Figures label="Shadow events">
        <Figure
          label="Events"
          value={total.events.toLocaleString("en")}
          note={
            left === 0
              ? "All of them can be compared"
              : `${left.toLocaleString("en")} without a price or the platform's amount`
          }
        />
        <Figure
          label="Ratebook would bill"
          value={<Money amount={total.comparedAmount} />}
          note="Of those that compare"
        />
        <Figure
          label="The platform billed"
          value={<Money amount={total.comparedPlatformAmount} />}
          note="For the same events"
        />
        <Figure
          emphasis
          label="Difference"
          value={<Difference amount={total.difference} />}
          note={
            total.difference > 0n
              ? "The platform took too little"
              : total.difference < 0n
                ? "The platform took too much"
                : "Both agree"
          }
        />
      </Figures>
      <Panel
        flush
        title="By model"
        description="The greatest differences first. Events without a price, or of which the platform said no amount, are counted and not compared."
      >
        <ShadowTable report={report} />
      </Panel>
    </>
  );
}

const NothingYet = () => (
  <Panel flush>
    <EmptyState icon={IconGhost2} title="Nothing was sent in shadow in these days">
      Send usage with the header X-Ratebook-Shadow: 1 and what you billed for it yourself, and it is compared
      here, model by model. A service key may report for every customer.
    </EmptyState>
    <Stack px="md" pb="md" gap="xs">
      <Text size="sm" c="dimmed">
        For a try, with a service key and the name of a customer:
      </Text>
      <CodeBlock text={shadowCurl(globalThis.location.origin, "shadow-0001")} label="Curl line" />
    </Stack>
  </Panel>
);

function dayIn(params: URLSearchParams, name: string): string | null {
  const text = params.get(name) ?? "";
  return /^2[01]\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

const DAY_MS = 86_400_000;
