import { Table, Text } from "@mantine/core";
import { DataTable } from "../../app/data-table.tsx";
import { dayText } from "../../app/instant-text.ts";
import type { Api } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";

/** What was imported, the latest first. */
export const ImportedDocuments = ({ imports }: { imports: Api<"margin", "upstream">["imports"] }) => (
  <DataTable label="Imported documents" minWidth={520}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Document</Table.Th>
        <Table.Th scope="col">Days</Table.Th>
        <Table.Th scope="col">Imported</Table.Th>
        <Table.Th scope="col" className="number">
          Total
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {imports.map((it) => (
        <Table.Tr key={it.id}>
          <Table.Td>
            <Text size="sm">{it.fileName}</Text>
            <Text size="xs" c="dimmed">
              {it.provider}
              {it.account !== "" && `, ${it.account}`}, {it.rows.toLocaleString("en")} lines
            </Text>
          </Table.Td>
          <Table.Td className="figures-tabular">
            {it.firstDay} – {it.lastDay}
          </Table.Td>
          <Table.Td className="figures-tabular">{dayText(it.importedAt)}</Table.Td>
          <Table.Td className="number">
            <Money amount={it.total} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </DataTable>
);
