import { Code, Stack, Table, Text } from "@mantine/core";
import { Panel } from "../../app/panel.tsx";
import type { ApiRoute } from "./api-document.ts";
import classes from "./explorer.module.css";
import type { JsonSchema, Schemas } from "./json-schema.ts";
import { schemaFields, typeText } from "./schema-fields.ts";

/** The body's fields and the possible answers of a route. */
export const RouteReference = ({ route, schemas }: { route: ApiRoute; schemas: Schemas }) => (
  <>
    {route.body && (
      <Panel title="Body" flush>
        <Fields schema={route.body.schema} schemas={schemas} label="Fields of the body" />
      </Panel>
    )}
    <Panel title="Answers">
      <Stack gap={0}>
        {route.responses.map(({ status, description, schema }) => (
          <Reply key={status} status={status} description={description} schema={schema} schemas={schemas} />
        ))}
      </Stack>
    </Panel>
  </>
);

type ReplyProps = ApiRoute["responses"][number] & { schemas: Schemas };

const Reply = ({ status, description, schema, schemas }: ReplyProps) => (
  <details className={classes.reply}>
    <summary>
      <span className={classes.status}>{status}</span>
      <span>{description}</span>
    </summary>
    {schema === null ? (
      <Text size="sm" c="dimmed" py="xs">
        No body.
      </Text>
    ) : (
      <Fields schema={schema} schemas={schemas} label={`Fields of the answer ${status}`} />
    )}
  </details>
);

function Fields({ schema, schemas, label }: { schema: JsonSchema; schemas: Schemas; label: string }) {
  const fields = schemaFields(schema, schemas);
  if (fields.length === 0) {
    return (
      <Text size="sm" c="dimmed" p="md" pt="xs">
        {typeText(schema, schemas)}
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing={6} horizontalSpacing="md" aria-label={label} className={classes.fields}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Field</Table.Th>
            <Table.Th scope="col">Type</Table.Th>
            <Table.Th scope="col">Meaning</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields.map(({ path, type, required, description }) => (
            <Table.Tr key={path}>
              <Table.Td>
                <Code>{path}</Code>
                {required && (
                  <Text component="span" size="xs" c="dimmed">
                    {" "}
                    required
                  </Text>
                )}
              </Table.Td>
              <Table.Td fz="sm">{type}</Table.Td>
              <Table.Td fz="sm">{description}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
