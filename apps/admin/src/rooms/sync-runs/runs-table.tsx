import { Table } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { SourceBadge } from "../catalogue/source-badge.tsx";
import { RunBadge } from "./run-badge.tsx";
import { countsText } from "./run-details.ts";
import { durationText, type SyncRun, triggerText } from "./sync-run.ts";
import classes from "./sync-runs.module.css";

/** Runs, the latest first; each leads to its own page. */
export const RunsTable = ({ runs }: { runs: readonly SyncRun[] }) => (
  <DataTable label="Runs">
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">When</Table.Th>
        <Table.Th scope="col">Source</Table.Th>
        <Table.Th scope="col">Why</Table.Th>
        <Table.Th scope="col">Outcome</Table.Th>
        <Table.Th scope="col">What it found</Table.Th>
        <Table.Th scope="col" className="number">
          Took
        </Table.Th>
        <Table.Th scope="col" className="number">
          Version
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {runs.map((run) => (
        <Table.Tr key={run.id}>
          <Table.Td>
            <Link to="/sync-runs/$runId" params={{ runId: run.id }} className={classes.when}>
              <Age at={run.claimedAt ?? run.slot} />
            </Link>
          </Table.Td>
          <Table.Td>
            <SourceBadge source={run.source} />
          </Table.Td>
          <Table.Td>{triggerText(run.trigger)}</Table.Td>
          <Table.Td>
            <RunBadge run={run} />
          </Table.Td>
          <Table.Td className={classes.found}>{run.error ?? countsText(run.counts)}</Table.Td>
          <Table.Td className="number">{durationText(run) ?? "–"}</Table.Td>
          <Table.Td className="number">{run.version ?? "–"}</Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </DataTable>
);
