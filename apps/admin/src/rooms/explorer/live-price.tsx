import { Group, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorSentence } from "../../app/error-sentence.ts";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { percentText } from "../catalogue/markup-text.ts";
import { dollars, perText } from "../catalogue/unit-price.ts";
import { meterText } from "../wallet/meter-text.ts";
import classes from "./explorer.module.css";
import { type PricedBody, readPricedBody, withQuantity, writePricedBody } from "./priced-body.ts";

type LivePriceProps = { body: string; onBody: (body: string) => void };

/**
 * What the body beside it costs at the latest stored rates, while it is being typed. The model and the quantities can be
 * chosen here as well; they are written into the body.
 */
export function LivePrice({ body, onBody }: LivePriceProps) {
  const trpc = useTRPC();
  const [priced] = useDebouncedValue(body, 250);
  const request = readPricedBody(priced);
  const offering = request?.offering ?? null;
  const model = useQuery(
    trpc.pricing.model.queryOptions(
      { offering: offering ?? "" },
      { enabled: offering !== null, retry: false },
    ),
  );
  const meters = [...new Set(model.data?.rates.map(({ meter }) => meter) ?? [])];
  const shown = readPricedBody(body);
  return (
    <Panel title="Live price" description="At the latest stored rates; nothing is debited here.">
      <Stack gap="sm">
        <ModelChoice
          value={shown?.offering ?? null}
          onChange={(chosen) => onBody(writePricedBody(body, { offering: chosen, quantities: {} }))}
        />
        {meters.map((meter) => (
          <TextInput
            key={meter}
            label={meterText(meter)}
            inputMode="decimal"
            value={shown?.quantities[meter] ?? ""}
            placeholder="0"
            onChange={(event) => onBody(withQuantity(body, meter, event.currentTarget.value.trim()))}
          />
        ))}
        <Price request={request} units={new Map(model.data?.rates.map(({ meter, unit }) => [meter, unit]))} />
      </Stack>
    </Panel>
  );
}

/** Chooses among what is sold, by typing. */
function ModelChoice({ value, onChange }: { value: string | null; onChange: (offering: string) => void }) {
  const trpc = useTRPC();
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search, 200);
  const models = useQuery(
    trpc.pricing.models.queryOptions(
      { search: wanted === value ? "" : wanted, limit: 50 },
      { placeholderData: keepPreviousData },
    ),
  );
  const offered = models.data?.items.map(({ offering }) => offering) ?? [];
  return (
    <Select
      label="Model"
      placeholder="Choose a model"
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      // The one in the body may be an alias, or not on this page of the list.
      data={value === null || offered.includes(value) ? offered : [value, ...offered]}
      filter={({ options }) => options}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
      nothingFoundMessage="No model like that is sold here"
      maxDropdownHeight={280}
    />
  );
}

type PriceProps = {
  request: PricedBody | null;
  /** Word for one unit, by meter. */
  units: ReadonlyMap<string, string>;
};

function Price({ request, units }: PriceProps) {
  const trpc = useTRPC();
  const isComplete = request?.offering != null && Object.keys(request.quantities).length > 0;
  const preview = useQuery(
    trpc.pricing.preview.queryOptions(
      isComplete
        ? { offering: request.offering ?? "", quantities: request.quantities, dimensions: request.dimensions }
        : {},
      { enabled: isComplete, retry: false, placeholderData: keepPreviousData, refetchInterval: REFRESH_MS },
    ),
  );
  if (request === null) return <Note>The body is not a JSON object yet.</Note>;
  if (!isComplete) return <Note>Name a model and quantities to see their price.</Note>;
  if (preview.isError) return <Note role="status">{errorSentence(preview.error)}</Note>;
  if (!preview.data) return <Note>Pricing…</Note>;
  const { amount, lines, catalogueVersion, policyVersion } = preview.data;
  return (
    <div role="status" aria-live="polite" className={classes.total}>
      <Group justify="space-between" align="baseline">
        <Text size="sm" fw={500}>
          Would cost
        </Text>
        <Text size="xl" fw={650}>
          <Money amount={amount} />
        </Text>
      </Group>
      <Table
        withRowBorders={false}
        verticalSpacing={3}
        horizontalSpacing={0}
        fz="sm"
        aria-label="Lines of the price"
      >
        <Table.Tbody>
          {lines.map(({ meter, quantity, rate, markupBps, amount: due }) => (
            <Table.Tr key={meter ?? "fee"}>
              <Table.Th scope="row" fw={400}>
                {meter === null ? "Fee" : `${quantity} × ${meterText(meter)}`}
                {rate && (
                  <Text size="xs" c="dimmed">
                    {dollars(rate.usd)} per {perText(rate.per, units.get(meter ?? "") ?? "unit")}
                    {markupBps !== null && ` ${percentText(markupBps)}`}
                  </Text>
                )}
              </Table.Th>
              <Table.Td ta="end" style={{ verticalAlign: "top" }}>
                <Money amount={due} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt="xs">
        Catalogue version {catalogueVersion}, policy version {policyVersion}
      </Text>
    </div>
  );
}

const Note = ({ children, role }: { children: string; role?: "status" }) => (
  <Text size="sm" c="dimmed" {...(role && { role })}>
    {children}
  </Text>
);

/** A catalogue version reaches every server within seconds; the panel follows. */
const REFRESH_MS = 30_000;
