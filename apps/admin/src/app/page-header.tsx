import { Group, Stack, Text, Title } from "@mantine/core";
import { type ReactNode, useContext, useEffect } from "react";
import { MeContext } from "../session/use-me.ts";

type PageHeaderProps = {
  title: string;
  /** One sentence: what the room is for, or what is being looked at. */
  description?: ReactNode;
  /** A way back, above the title. */
  above?: ReactNode;
  /** The room's main actions. */
  children?: ReactNode;
};

/** The top of a room: its title, which is also the document's, and its actions. */
export function PageHeader({ title, description, above, children }: PageHeaderProps) {
  const whose = useContext(MeContext)?.portal?.branding.name ?? "Ratebook";
  useEffect(() => {
    document.title = `${title} · ${whose}`;
  }, [title, whose]);
  return (
    <Stack gap={6} mb="lg">
      {above}
      <Group justify="space-between" align="flex-start" gap="md">
        <Stack gap={4} style={{ minWidth: 0, flex: "1 1 260px" }}>
          <Title order={1} style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          {description && (
            <Text c="dimmed" size="sm" component="div">
              {description}
            </Text>
          )}
        </Stack>
        {children && <Group gap="xs">{children}</Group>}
      </Group>
    </Stack>
  );
}
