import { Alert, Button, Stack, Table, Text } from "@mantine/core";
import type { MarkupRule, Nanos } from "@ratebook/core";
import { IconAlertTriangle, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { Figure, Figures } from "../../app/figure.tsx";
import { dayText } from "../../app/instant-text.ts";
import { Panel } from "../../app/panel.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { moneyText } from "../../money/money-text.ts";
import { meterText } from "../wallet/meter-text.ts";

/** What the draft would have made of the last 30 days' usage, exactly; nothing is written. */
export function DryRunPanel({ rules, blocked }: { rules: readonly MarkupRule[]; blocked: boolean }) {
  const dryRun = useMutation(useTRPC().pricing.dryRunPolicy.mutationOptions({ meta: { reads: true } }));
  const { reset } = dryRun;
  // Figures of another draft would be taken for this one's.
  useEffect(reset, [rules]);
  return (
    <Panel
      title="Dry run"
      description="The usage of the last 30 days under these rules, each event at the rates that priced it. Writes nothing."
      action={
        <Button
          size="xs"
          variant="default"
          disabled={blocked}
          loading={dryRun.isPending}
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          onClick={() => dryRun.mutate({ rules: [...rules], days: 30 })}
        >
          Run over 30 days
        </Button>
      }
    >
      {dryRun.isError && <ErrorState error={dryRun.error} />}
      {dryRun.data ? (
        <Result run={dryRun.data} />
      ) : (
        !dryRun.isError && (
          <Text size="sm" c="dimmed">
            Not run for this draft yet.
          </Text>
        )
      )}
    </Panel>
  );
}

type DryRun = Api<"pricing", "dryRunPolicy">;

const Result = ({ run }: { run: DryRun }) => (
  <Stack gap="md">
    <Figures label="The last 30 days">
      <Figure
        label="Debits"
        value={run.events.toLocaleString("en")}
        note={`${dayText(run.from)} to ${dayText(run.to)}`}
      />
      <Figure label="Debited" value={<Money amount={run.before} />} />
      <Figure label="Under these rules" value={<Money amount={run.after} />} />
      <Figure emphasis label="Difference" value={moneyText(run.difference, { signed: true })} />
    </Figures>
    <Remarks run={run} />
    {run.losses.length > 0 && <Losses losses={run.losses} />}
    {run.customers.length > 0 && (
      <Impacts
        label="Customers"
        rows={run.customers.map(({ customerId, name, ...impact }) => ({ key: customerId, name, ...impact }))}
      />
    )}
    {run.offerings.length > 0 && (
      <Impacts
        label="Offerings"
        rows={run.offerings.map(({ offering, ...impact }) => ({ key: offering, name: offering, ...impact }))}
      />
    )}
  </Stack>
);

function Remarks({ run: { events, skipped, unpriced, complete } }: { run: DryRun }) {
  const remarks = [
    events === 0 && "There was no usage in that time.",
    skipped > 0 && `${skipped} left out: their amount was not decided by prices alone.`,
    unpriced > 0 && `${unpriced} would have had no price.`,
    !complete && "There was more usage than is looked at; the figures are of the part that was.",
  ].filter((remark) => remark !== false);
  return remarks.length === 0 ? null : (
    <Text size="sm" c="dimmed">
      {remarks.join(" ")}
    </Text>
  );
}

const Losses = ({ losses }: { losses: DryRun["losses"] }) => (
  <Alert
    color="orange"
    variant="light"
    icon={<IconAlertTriangle size={18} aria-hidden />}
    title={`${losses.length} ${losses.length === 1 ? "rate" : "rates"} the rules put below our own cost`}
  >
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {losses.slice(0, 20).map(({ offering, meter, ruleId, allowed }) => (
        <li key={`${offering} ${meter} ${ruleId}`}>
          {offering}, {meterText(meter)} by {ruleId}:{" "}
          {allowed ? "allowed, sold at a loss" : "sold at cost instead"}
        </li>
      ))}
    </ul>
  </Alert>
);

type Impact = { key: string; name: string; events: number; before: Nanos; after: Nanos; difference: Nanos };

const Impacts = ({ label, rows }: { label: string; rows: readonly Impact[] }) => (
  <DataTable label={label} minWidth={560}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">{label}, the most affected first</Table.Th>
        <Table.Th scope="col" className="number">
          Debits
        </Table.Th>
        <Table.Th scope="col" className="number">
          Debited
        </Table.Th>
        <Table.Th scope="col" className="number">
          Under these rules
        </Table.Th>
        <Table.Th scope="col" className="number">
          Difference
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {rows.map((row) => (
        <Table.Tr key={row.key}>
          <Table.Td>{row.name}</Table.Td>
          <Table.Td className="number">{row.events.toLocaleString("en")}</Table.Td>
          <Table.Td className="number">
            <Money amount={row.before} />
          </Table.Td>
          <Table.Td className="number">
            <Money amount={row.after} />
          </Table.Td>
          <Table.Td className="number">{moneyText(row.difference, { signed: true })}</Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </DataTable>
);
