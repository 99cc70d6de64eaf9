import { Alert, Badge, Group, Select, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { Panel } from "../../app/panel.tsx";
import { ModelLink } from "../catalogue/model-link.tsx";
import type { RunDetails } from "./run-details.ts";
import classes from "./sync-runs.module.css";

type RunFailureProps = { error: string | null; check: string | null; excerpt: string | null };

/** Why a run failed, and what stood where the price document should have been: as text, whatever it is. */
export const RunFailure = ({ error, check, excerpt }: RunFailureProps) =>
  error === null && excerpt === null ? null : (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={check === null ? "Failed" : `Failed check: ${check}`}
    >
      <Stack gap="sm">
        {error !== null && <Text size="sm">{error}</Text>}
        {excerpt !== null && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so a keyboard has to reach it
          <section tabIndex={0} aria-label="Excerpt of what was read" className={classes.excerpt}>
            <pre>{excerpt}</pre>
          </section>
        )}
      </Stack>
    </Alert>
  );

/** What the guard says of the document as a whole, what its parser noticed, and rows it left out. */
export const RunFindings = ({ details: { findings, alerts, rowsRefused } }: { details: RunDetails }) => (
  <>
    {findings.length > 0 && (
      <Panel title="The guard's findings">
        <Stack gap="xs">
          {findings.map(({ rule, sentence }) => (
            <Text key={`${rule} ${sentence}`} size="sm">
              {sentence}
            </Text>
          ))}
        </Stack>
      </Panel>
    )}
    {alerts.length > 0 && (
      <Notes title="Alerts" rows={alerts.map((alert) => ({ ...alert, offering: null }))} />
    )}
    {rowsRefused.length > 0 && <Notes title="Rows left out" rows={rowsRefused} />}
  </>
);

const Notes = ({ title, rows }: { title: string; rows: RunDetails["rowsRefused"] }) => (
  <Panel title={title} description={`${rows.length.toLocaleString("en")} noted`} flush>
    <DataTable label={title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">What</Table.Th>
          <Table.Th scope="col">Place in the document</Table.Th>
          <Table.Th scope="col">Detail</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.slice(0, MOST_ROWS).map(({ kind, where, offering, detail }) => (
          <Table.Tr key={`${kind} ${where} ${detail}`}>
            <Table.Td>
              {kind.replaceAll("_", " ")}
              {offering !== null && <div className={classes.mono}>{offering}</div>}
            </Table.Td>
            <Table.Td className={classes.mono}>{where}</Table.Td>
            <Table.Td className={classes.found}>{detail}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
    <Cut shown={MOST_ROWS} of={rows.length} />
  </Panel>
);

/** What happened to each offering that was not simply unchanged; the gravest first. */
export function RunOfferings({ offerings }: { offerings: RunDetails["offerings"] }) {
  const [wanted, setWanted] = useState<string | null>(null);
  if (offerings.length === 0) return null;
  const outcomes = [...Map.groupBy(offerings, ({ outcome }) => outcome)];
  const shown = offerings.filter(({ outcome }) => wanted === null || outcome === wanted);
  return (
    <Panel
      title="Offerings"
      description="Those that were not simply unchanged"
      flush
      action={
        <Select
          aria-label="Outcome"
          placeholder="Every outcome"
          clearable
          size="sm"
          w={190}
          value={wanted}
          onChange={setWanted}
          data={outcomes.map(([outcome, of]) => ({ value: outcome, label: `${outcome} (${of.length})` }))}
        />
      }
    >
      <DataTable label="Offerings">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Offering</Table.Th>
            <Table.Th scope="col">Outcome</Table.Th>
            <Table.Th scope="col">Why</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.slice(0, MOST_ROWS).map(({ offering, outcome, sentences }) => (
            <Table.Tr key={offering}>
              <Table.Td>
                <ModelLink offering={offering} name={null} scale="1m" />
              </Table.Td>
              <Table.Td>
                <Badge color={COLORS.get(outcome) ?? "gray"} variant="light" size="sm">
                  {outcome}
                </Badge>
              </Table.Td>
              <Table.Td className={classes.found}>
                <Stack gap={2}>
                  {sentences.map((sentence) => (
                    <span key={sentence}>{sentence}</span>
                  ))}
                </Stack>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </DataTable>
      <Cut shown={MOST_ROWS} of={shown.length} />
    </Panel>
  );
}

const Cut = ({ shown, of }: { shown: number; of: number }) =>
  of <= shown ? null : (
    <Group px="md" py="sm">
      <Text size="sm" c="dimmed">
        The first {shown} of {of.toLocaleString("en")}.
      </Text>
    </Group>
  );

const COLORS: ReadonlyMap<string, string> = new Map([
  ["ok", "teal"],
  ["missing", "orange"],
  ["held", "orange"],
  ["quarantined", "red"],
  ["refused", "red"],
]);

/** A first document alone would make thousands. */
const MOST_ROWS = 200;
