import { Badge } from "@mantine/core";

/** The price source a price comes from. */
export const SourceBadge = ({ source }: { source: string }) => (
  <Badge variant="light" color="gray" size="sm" tt="none" fw={500} c="var(--mantine-color-text)">
    {source}
  </Badge>
);
