import { Button, Container, Stack, Text, Title } from "@mantine/core";
import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { ErrorState } from "./error-state.tsx";

/** Nothing lives at this address. */
export const UnknownAddress = () => (
  <Container size="xs" py={96}>
    <Stack align="flex-start" gap="sm">
      <Title order={1}>There is nothing here</Title>
      <Text c="dimmed">The address may be mistyped, or what it showed has moved.</Text>
      <Button component={Link} to="/" mt="xs">
        Back to the overview
      </Button>
    </Stack>
  </Container>
);

/** A room that failed to load or threw while drawing. */
export const CrashedRoom = ({ error, reset }: ErrorComponentProps) => (
  <Container size="sm" py="xl">
    <ErrorState error={error} onRetry={reset} />
  </Container>
);
