import { Anchor, Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { Panel } from "../../app/panel.tsx";
import type { ApiRoute } from "./api-document.ts";
import { CodeBlock } from "./code-block.tsx";
import { documentedLines } from "./documented-lines.ts";

type DocumentedLinesProps = { routes: readonly ApiRoute[]; onOpen: (id: string) => void };

/** The curl lines of the billing page, with this server's address, ready to copy. */
export function DocumentedLines({ routes, onOpen }: DocumentedLinesProps) {
  const lines = documentedLines(routes, location.origin);
  return (
    <Panel
      title="From the command line"
      description="The lines of the billing documentation, for this server. Put your key where YOUR_API_KEY stands."
    >
      <Stack gap="lg">
        {lines.map(({ title, routeId, curl }) => (
          <Stack key={routeId} gap={6}>
            <Group justify="space-between" gap="xs">
              <Text size="sm" fw={500}>
                {title}
              </Text>
              <Anchor component="button" type="button" size="sm" onClick={() => onOpen(routeId)}>
                Open<VisuallyHidden> {title}</VisuallyHidden>
              </Anchor>
            </Group>
            <CodeBlock text={curl} label={`${title}, curl`} />
          </Stack>
        ))}
        {lines.length === 0 && (
          <Text size="sm" c="dimmed">
            This server serves none of the documented lines yet.
          </Text>
        )}
      </Stack>
    </Panel>
  );
}
