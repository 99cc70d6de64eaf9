import { Button, Table } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { DataTable } from "./data-table.tsx";
import { EmptyState } from "./empty-state.tsx";
import { Panel } from "./panel.tsx";
import { QueryBody } from "./query-body.tsx";

type EditablePanelProps<Row extends { id: string }> = {
  title: string;
  description: string;
  query: { data: Row[] | undefined; error: unknown; isError: boolean; refetch: () => unknown };
  /** On the button that makes another one. */
  newLabel: string;
  empty: { icon: Icon; title: string; text: string };
  /** Header cells, without the one above the buttons. */
  head: ReactNode;
  /** Cells of a row, without the one with its button. */
  cells: (row: Row) => ReactNode;
  nameOf: (row: Row) => string;
  /** The form; for a new one without a row. */
  form: (row: Row | null, close: () => void) => ReactNode;
};

/** A table of things that are made and changed in a form: a row each, with its button. */
export function EditablePanel<Row extends { id: string }>(props: EditablePanelProps<Row>) {
  const [editing, edit] = useState<Row | "new" | null>(null);
  return (
    <Panel
      flush
      title={props.title}
      description={props.description}
      action={
        <Button size="xs" onClick={() => edit("new")}>
          {props.newLabel}
        </Button>
      }
    >
      <QueryBody
        query={props.query}
        flush
        empty={{
          when: (data) => data.length === 0,
          show: (
            <EmptyState icon={props.empty.icon} title={props.empty.title}>
              {props.empty.text}
            </EmptyState>
          ),
        }}
      >
        {(data) => (
          <DataTable label={props.title} minWidth={320}>
            <Table.Thead>
              <Table.Tr>
                {props.head}
                <Table.Th scope="col">
                  <span className="visually-hidden">Change</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.map((row) => (
                <Table.Tr key={row.id}>
                  {props.cells(row)}
                  <Table.Td className="number">
                    <Button
                      size="compact-sm"
                      variant="subtle"
                      aria-label={`Change ${props.nameOf(row)}`}
                      onClick={() => edit(row)}
                    >
                      Change
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      {editing !== null && props.form(editing === "new" ? null : editing, () => edit(null))}
    </Panel>
  );
}
