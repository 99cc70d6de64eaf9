import { Box, Group, Paper, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

type PanelProps = {
  title?: string;
  description?: ReactNode;
  action?: ReactNode;
  /** Content reaches the edges, as tables do. */
  flush?: boolean;
  children: ReactNode;
};

/** A bordered part of a room, with its own heading. */
export const Panel = ({ title, description, action, flush = false, children }: PanelProps) => (
  <Paper
    withBorder
    component="section"
    {...(title && { "aria-label": title })}
    style={{ overflow: "hidden" }}
  >
    {(title || action) && (
      <Group justify="space-between" px="md" pt="sm" pb={flush ? "sm" : 0} gap="sm">
        <div>
          {title && <Title order={2}>{title}</Title>}
          {description && (
            <Text size="sm" c="dimmed">
              {description}
            </Text>
          )}
        </div>
        {action}
      </Group>
    )}
    {flush ? children : <Box p="md">{children}</Box>}
  </Paper>
);
