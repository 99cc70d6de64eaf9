import { Anchor, Badge, Button, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import classes from "./audit.module.css";
import { type AuditEntry, type AuditField, actionText, auditFields } from "./audit-fields.ts";

/** Audited changes one below the other; each opens to what was there before and after. */
export const AuditList = ({ items }: { items: readonly AuditEntry[] }) => (
  <ul className={classes.list} aria-label="Changes">
    {items.map((entry) => (
      <Entry key={entry.id} entry={entry} />
    ))}
  </ul>
);

function Entry({ entry }: { entry: AuditEntry }) {
  const [opened, setOpened] = useState(false);
  const id = useId();
  const fields = auditFields(entry);
  return (
    <li className={classes.entry} aria-label={`${actionText(entry.action)} ${entry.subject}`}>
      <div className={classes.head}>
        <div className={classes.what}>
          <Text size="sm" fw={600}>
            {actionText(entry.action)}
          </Text>
          <Text size="sm" className={classes.subject}>
            {entry.subject}
          </Text>
          {entry.customerId !== null && (
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  {...props}
                  to="/customers/$customerId"
                  params={{ customerId: entry.customerId ?? "" }}
                />
              )}
            >
              {entry.customerName ?? "Customer"}
            </Anchor>
          )}
        </div>
        <div className={classes.why}>
          {entry.reason === null ? (
            <Text size="sm" c="dimmed">
              No reason was asked for
            </Text>
          ) : (
            <Text size="sm">“{entry.reason}”</Text>
          )}
          <Group gap={6} mt={2}>
            <Badge size="sm" variant="light" color={entry.actorKind === "operator" ? "blue" : "gray"}>
              {entry.actorKind}
            </Badge>
            <Text
              size="xs"
              c="dimmed"
              className={entry.actorName === null ? "mono" : ""}
              title={entry.actorId}
            >
              {entry.actorName ?? entry.actorId}
            </Text>
          </Group>
        </div>
        <div className={classes.when}>
          <Text size="sm" c="dimmed">
            <Age at={entry.at} />
          </Text>
          {fields.length > 0 && (
            <Button
              size="compact-sm"
              variant="subtle"
              aria-expanded={opened}
              aria-controls={id}
              aria-label={`${opened ? "Hide" : "Show"} what changed: ${actionText(entry.action)} ${entry.subject}`}
              onClick={() => setOpened(!opened)}
            >
              {opened ? "Hide" : "Before and after"}
            </Button>
          )}
        </div>
      </div>
      <div id={id} hidden={!opened}>
        {opened && <Fields fields={fields} />}
      </div>
    </li>
  );
}

const Fields = ({ fields }: { fields: readonly AuditField[] }) => (
  <DataTable label="Before and after" minWidth={420}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Field</Table.Th>
        <Table.Th scope="col">Before</Table.Th>
        <Table.Th scope="col">After</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {fields.map(({ name, before, after }) => (
        <Table.Tr key={name}>
          <Table.Td className={classes.field}>{name}</Table.Td>
          <Table.Td className={classes.value}>{before ?? "–"}</Table.Td>
          <Table.Td className={classes.value}>{after ?? "–"}</Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </DataTable>
);
