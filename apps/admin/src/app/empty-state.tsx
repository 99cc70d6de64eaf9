import { Stack, Text, ThemeIcon } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

type EmptyStateProps = {
  icon: Icon;
  title: string;
  /** Why there is nothing, or what to do about it. */
  children?: ReactNode;
  action?: ReactNode;
};

/** Says that a list is empty, why, and what one can do. */
export const EmptyState = ({ icon: EmptyIcon, title, children, action }: EmptyStateProps) => (
  <Stack align="center" gap={6} py={48} px="md" ta="center">
    <ThemeIcon variant="light" color="gray" size={44} radius="xl" mb={6} aria-hidden>
      <EmptyIcon size={22} stroke={1.6} />
    </ThemeIcon>
    <Text fw={600}>{title}</Text>
    {children && (
      <Text size="sm" c="dimmed" maw={420}>
        {children}
      </Text>
    )}
    {action && <div style={{ marginTop: 10 }}>{action}</div>}
  </Stack>
);
