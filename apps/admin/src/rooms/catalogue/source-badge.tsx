import { Badge } from "@mantine/core";

/** The price source a price comes from. */
export const SourceBadge = ({ source }: { source: string }) => (
  <Badge variant="light" color="gray" size="sm">
    {source}
  </Badge>
);
