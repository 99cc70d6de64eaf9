import { Badge, Table, Text } from "@mantine/core";
import { DataTable } from "../../app/data-table.tsx";
import classes from "./contracts.module.css";
import type { TermChange } from "./terms-changes.ts";

type ChangesTableProps = { label: string; before: string; after: string; changes: readonly TermChange[] };

/** What two versions say, side by side. */
export const ChangesTable = ({ label, before, after, changes }: ChangesTableProps) => (
  <DataTable label={label} minWidth={620}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Term</Table.Th>
        <Table.Th scope="col" className={classes.side}>
          {before}
        </Table.Th>
        <Table.Th scope="col" className={classes.side}>
          {after}
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {changes.map(({ key, part, name, kind, before: old, after: next }) => (
        <Table.Tr key={key}>
          <Table.Td>
            <Text size="sm" fw={600}>
              {part}
            </Text>
            {name !== null && (
              <Text size="xs" c="dimmed" className="mono">
                {name}
              </Text>
            )}
            {kind !== "same" && (
              <Badge size="sm" mt={4} variant="light" color={COLORS[kind]}>
                {WORDS[kind]}
              </Badge>
            )}
          </Table.Td>
          <Table.Td className={kind === "changed" || kind === "removed" ? classes.old : undefined}>
            <Lines lines={old} />
          </Table.Td>
          <Table.Td className={kind === "changed" || kind === "added" ? classes.next : undefined}>
            <Lines lines={next} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </DataTable>
);

const Lines = ({ lines }: { lines: readonly string[] | null }) =>
  lines === null ? (
    <Text size="sm" c="dimmed">
      Nothing
    </Text>
  ) : (
    lines.map((line) => (
      <Text key={line} size="sm">
        {line}
      </Text>
    ))
  );

type Differing = Exclude<TermChange["kind"], "same">;
const WORDS: { [Kind in Differing]: string } = { changed: "Changed", added: "New", removed: "Dropped" };
const COLORS: { [Kind in Differing]: string } = { changed: "blue", added: "teal", removed: "gray" };
