import { Badge, Button, Table } from "@mantine/core";
import type { MarkupRule } from "@ratebook/core";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { Panel } from "../../app/panel.tsx";
import type { Api } from "../../app/trpc.ts";

type PolicyVersionsProps = {
  versions: Api<"pricing", "policy">["versions"];
  onLoad: (rules: MarkupRule[]) => void;
};

/** Every version of the rules, the newest first; an earlier one can be made the draft. */
export const PolicyVersions = ({ versions, onLoad }: PolicyVersionsProps) => (
  <Panel flush title="Versions" description="What was debited before keeps the rules of its time.">
    <DataTable label="Versions of the markup rules">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Version</Table.Th>
          <Table.Th scope="col">In force from</Table.Th>
          <Table.Th scope="col" className="number">
            Rules
          </Table.Th>
          <Table.Th scope="col">Note</Table.Th>
          <Table.Th scope="col">By</Table.Th>
          <Table.Th scope="col">Draft</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {versions.map(({ version, activeFrom, policy, note, createdBy }, index) => (
          <Table.Tr key={version}>
            <Table.Td>
              {version}{" "}
              {index === 0 && (
                <Badge size="sm" variant="light" color="teal">
                  In force
                </Badge>
              )}
            </Table.Td>
            <Table.Td>
              <Age at={activeFrom} />
            </Table.Td>
            <Table.Td className="number">{policy.rules.length}</Table.Td>
            <Table.Td>{note ?? "–"}</Table.Td>
            <Table.Td className="mono">{createdBy}</Table.Td>
            <Table.Td>
              <Button
                size="compact-sm"
                variant="subtle"
                aria-label={`Make version ${version} the draft`}
                onClick={() => onLoad([...policy.rules])}
              >
                Make it the draft
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </DataTable>
  </Panel>
);
