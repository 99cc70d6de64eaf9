import { Badge, Table, Text } from "@mantine/core";
import { DataTable } from "../../app/data-table.tsx";
import { type ColumnMapping, roleOf } from "./column-mapping.ts";
import type { UpstreamDocument } from "./read-document.ts";

type DocumentPreviewProps = { document: UpstreamDocument; mapping: ColumnMapping };

/** The first rows of a document, and what each column was said to be. */
export function DocumentPreview({ document: { columns, rows }, mapping }: DocumentPreviewProps) {
  if (columns.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        The first line of the file names no columns.
      </Text>
    );
  }
  return (
    <DataTable label="First rows" minWidth={Math.min(columns.length * 130, 1600)}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((column) => {
            const role = roleOf(column, mapping);
            return (
              <Table.Th key={column} scope="col" style={{ verticalAlign: "bottom" }}>
                {role !== null && (
                  <Badge variant="light" size="sm" tt="none" display="table">
                    {role}
                  </Badge>
                )}
                {column}
              </Table.Th>
            );
          })}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((cells, at) => (
          <Table.Tr key={at}>
            {columns.map((column, place) => (
              <Table.Td key={column} className="figures-tabular" style={{ whiteSpace: "nowrap" }}>
                {cells[place]}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  );
}
