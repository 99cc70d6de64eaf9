import { Badge, Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Instant } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { meterText } from "../wallet/meter-text.ts";
import { conditionsId } from "./conditions-text.ts";
import { unitOfMeter } from "./meter-unit.ts";
import type { ModelDetail } from "./model-detail.ts";
import { OwnCostDialog } from "./own-cost-dialog.tsx";
import { RateConditions } from "./rate-conditions.tsx";
import { type TokenScale, unitPrice } from "./unit-price.ts";
import { UnitPrice } from "./unit-price-text.tsx";

type OwnCost = Api<"catalog", "ownCosts">[number];

/** What the operator pays by a contract of their own, by date; margin is counted by it, no price is made of it. */
export function OwnCostsPanel({ model, scale }: { model: ModelDetail; scale: TokenScale }) {
  const costs = useQuery(useTRPC().catalog.ownCosts.queryOptions({ offering: model.offering }));
  const [asked, setAsked] = useState<OwnCost | "new" | null>(null);
  return (
    <Panel
      flush
      title="What you pay"
      description="By a contract of your own, beside the list price. Only margin is counted by it."
      action={
        <Button
          size="xs"
          variant="default"
          disabled={model.rates.length === 0}
          onClick={() => setAsked("new")}
        >
          Note a cost
        </Button>
      }
    >
      <QueryBody
        query={costs}
        rows={2}
        flush
        empty={{
          when: (data) => data.length === 0,
          show: (
            <Text size="sm" c="dimmed" px="md" pb="md">
              Nothing is noted: the list price counts as your cost.
            </Text>
          ),
        }}
      >
        {(data) => <OwnCosts items={data} scale={scale} onEnd={setAsked} />}
      </QueryBody>
      {asked !== null && (
        <OwnCostDialog model={model} cost={asked === "new" ? null : asked} onClose={() => setAsked(null)} />
      )}
    </Panel>
  );
}

type OwnCostsProps = { items: readonly OwnCost[]; scale: TokenScale; onEnd: (cost: OwnCost) => void };

function OwnCosts({ items, scale, onEnd }: OwnCostsProps) {
  const now = Date.now();
  return (
    <DataTable label="What you pay" minWidth={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Meter</Table.Th>
          <Table.Th scope="col" className="number">
            You pay
          </Table.Th>
          <Table.Th scope="col">From</Table.Th>
          <Table.Th scope="col">Until</Table.Th>
          <Table.Th scope="col">Reason</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((cost) => {
          const over = cost.validUntil !== null && cost.validUntil.getTime() <= now;
          return (
            <Table.Tr key={`${cost.meter} ${conditionsId(cost.when)} ${cost.validFrom.toISOString()}`}>
              <Table.Td>
                {meterText(cost.meter)}
                <RateConditions when={cost.when} />
              </Table.Td>
              <Table.Td className="number">
                <UnitPrice price={unitPrice({ ...cost, unit: unitOfMeter(cost.meter) }, scale)} />
              </Table.Td>
              <Table.Td>
                <Instant at={cost.validFrom} />
              </Table.Td>
              <Table.Td>
                {cost.validUntil === null ? "further notice" : <Instant at={cost.validUntil} />}{" "}
                {over ? (
                  <Badge size="sm" variant="light" color="gray">
                    Over
                  </Badge>
                ) : (
                  <Button size="compact-sm" variant="subtle" onClick={() => onEnd(cost)}>
                    Change
                  </Button>
                )}
              </Table.Td>
              <Table.Td>{cost.reason}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </DataTable>
  );
}
