import { Code, Stack, Text } from "@mantine/core";
import { Panel } from "../../app/panel.tsx";
import type { ApiRoute } from "./api-document.ts";
import { CodeWords } from "./code-words.tsx";
import classes from "./explorer.module.css";
import type { JsonSchema, Schemas } from "./json-schema.ts";
import { schemaFields, typeText } from "./schema-fields.ts";

/** The body's fields and the possible answers of a route. */
export const RouteReference = ({ route, schemas }: { route: ApiRoute; schemas: Schemas }) => (
  <>
    {route.body && (
      <Panel title="Body">
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
      <Text size="sm" c="dimmed">
        {typeText(schema, schemas)}
      </Text>
    );
  }
  return (
    <ul className={classes.fields} aria-label={label}>
      {fields.map(({ path, type, required, description }) => (
        <li key={`${path} ${type}`}>
          <Code>{path}</Code>
          <Text span size="sm" c="dimmed">
            {type}
            {required && ", required"}
          </Text>
          {description !== "" && (
            <Text size="sm" className={classes.meaning}>
              <CodeWords text={description} />
            </Text>
          )}
        </li>
      ))}
    </ul>
  );
}
