import { Group, Skeleton, Stack, VisuallyHidden } from "@mantine/core";

/** What stands in for a room while its code is on the way. */
export const LoadingRoom = () => (
  <Stack gap="lg" aria-busy="true">
    <VisuallyHidden role="status">Loading</VisuallyHidden>
    <Skeleton height={28} width={180} />
    <Skeleton height={96} />
    <LoadingRows rows={6} />
  </Stack>
);

/** What stands in for a table or list while its rows are on the way. */
export const LoadingRows = ({ rows = 5 }: { rows?: number }) => (
  <Stack gap="sm" aria-busy="true">
    <VisuallyHidden role="status">Loading</VisuallyHidden>
    {Array.from({ length: rows }, (_, row) => (
      // The rows are alike and never move, so their place is their name.
      <Group key={row} gap="md" wrap="nowrap">
        <Skeleton height={16} width="32%" />
        <Skeleton height={16} width="44%" />
        <Skeleton height={16} width="24%" />
      </Group>
    ))}
  </Stack>
);
