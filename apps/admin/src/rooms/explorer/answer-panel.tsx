import { Badge, Group, Stack, Table, Text } from "@mantine/core";
import { Panel } from "../../app/panel.tsx";
import { CodeBlock } from "./code-block.tsx";
import { layOutJson } from "./json-text.ts";
import type { Answer } from "./run-request.ts";

/** Status, headers and body of what the server answered; the body's numbers as they came. */
export function AnswerPanel({ answer }: { answer: Answer }) {
  const { status, statusText, durationMs, headers, body } = answer;
  const text = layOutJson(body);
  return (
    <Panel title="Answer">
      <Stack gap="md">
        <Group gap="sm" role="status">
          <Badge color={colorOf(status)} variant="light" size="lg">
            {status} {statusText}
          </Badge>
          <Text size="sm" c="dimmed">
            {durationMs} ms
          </Text>
        </Group>
        <Table
          withRowBorders={false}
          verticalSpacing={2}
          horizontalSpacing={0}
          aria-label="Headers of the answer"
        >
          <Table.Tbody>
            {headers.map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400} c="dimmed" fz="sm" w={170} pr="md">
                  {name}
                </Table.Th>
                <Table.Td fz="sm" style={{ overflowWrap: "anywhere" }}>
                  {value}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        {body === "" ? (
          <Text size="sm" c="dimmed">
            The answer has no body.
          </Text>
        ) : (
          <>
            <CodeBlock text={text.slice(0, LONGEST_SHOWN)} label="Body of the answer" tall />
            {text.length > LONGEST_SHOWN && (
              <Text size="sm" c="dimmed">
                Cut after {LONGEST_SHOWN.toLocaleString("en")} of {text.length.toLocaleString("en")}{" "}
                characters.
              </Text>
            )}
          </>
        )}
      </Stack>
    </Panel>
  );
}

function colorOf(status: number): string {
  if (status < 300) return "teal";
  return status < 500 ? "orange" : "red";
}

/** More than that and the page itself becomes slow. */
const LONGEST_SHOWN = 200_000;
