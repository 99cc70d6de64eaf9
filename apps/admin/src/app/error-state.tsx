import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { errorSentence } from "./error-sentence.ts";

/** A failure in words, where the thing itself would have stood, with a way to try again. */
export const ErrorState = ({ error, onRetry }: { error: unknown; onRetry?: () => void }) => (
  <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} aria-hidden />} role="alert">
    <Group justify="space-between" gap="sm">
      <Text size="sm">{errorSentence(error)}</Text>
      {onRetry && (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Group>
  </Alert>
);
