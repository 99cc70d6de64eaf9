import { Group, Stack, Text, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Figure, Figures } from "../../app/figure.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { useNow } from "../../app/use-now.ts";
import { Money } from "../../money/money.tsx";
import { partlyPricedText } from "../../money/not-priced.ts";
import { ImportPanel } from "./import-panel.tsx";
import { MarginByPanel } from "./margin-by-panel.tsx";
import { VariancePanel } from "./variance-panel.tsx";

export type Report = Api<"margin", "report">;

/** What providers billed beside what was recorded and sold, and what is left of it. */
export function MarginRoom() {
  const [params, change] = useAddressParams();
  const now = useNow();
  const to = dayIn(params, "to") ?? now.toISOString().slice(0, 10);
  const from = dayIn(params, "from") ?? new Date(Date.parse(to) - 29 * DAY_MS).toISOString().slice(0, 10);
  const report = useQuery(
    useTRPC().margin.report.queryOptions({ from, to }, { placeholderData: keepPreviousData }),
  );
  return (
    <>
      <PageHeader
        title="Margin"
        description="What was sold less what it cost: our own cost where there is one, else list. Days are UTC."
      />
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
        </Group>
        <MarginByPanel from={from} to={to} />
        <QueryBody query={report}>
          {(data) => (
            <>
              <Compared data={data} />
              <VariancePanel data={data} />
            </>
          )}
        </QueryBody>
        <ImportPanel />
      </Stack>
    </>
  );
}

function Compared({ data }: { data: Report }) {
  if (data.providerDays === 0) {
    return (
      <Text size="sm" c="dimmed">
        No upstream document is about these days yet: import one below to compare it with what was recorded.
      </Text>
    );
  }
  return (
    <Figures label="Compared with upstream documents">
      <Figure
        label="Billed by providers"
        value={<Money amount={data.billed} />}
        note={`Days imported: ${data.providerDays.toLocaleString("en")}`}
      />
      <Figure
        label="Reckoned cost"
        value={<Money amount={data.cost} />}
        note="Of the same days and providers"
      />
      <Figure
        label="Sold"
        value={<Money amount={data.amount} />}
        note={data.parked === 0n ? "Of the same days and providers" : partlyPricedText(Number(data.parked))}
      />
      <Figure
        emphasis
        label="Lost"
        value={<Money amount={data.lost} />}
        note={data.leaks === 1 ? "1 leak" : `${data.leaks.toLocaleString("en")} leaks`}
      />
    </Figures>
  );
}

function dayIn(params: URLSearchParams, name: string): string | null {
  const text = params.get(name) ?? "";
  return /^2[01]\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

const DAY_MS = 86_400_000;
