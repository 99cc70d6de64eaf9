import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { CopyButton } from "../../app/copy-button.tsx";

/** Shows a signing secret, once; only its own button closes it, so it is not lost by a stray click. */
export const NewSecretModal = ({
  url,
  secret,
  until,
  onClose,
}: {
  url: string;
  secret: string;
  /** Until when the secret before signs too, in words. */
  until?: string;
  onClose: () => void;
}) => (
  <Modal
    opened
    onClose={onClose}
    title="The signing secret"
    withCloseButton={false}
    closeOnClickOutside={false}
    closeOnEscape={false}
  >
    <Stack gap="md">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        Copy the secret of <b>{url}</b> now: it is shown this once. Your program checks signatures with it.
      </Text>
      <Code block className="key-text" data-testid="new-secret">
        {secret}
      </Code>
      {until !== undefined && (
        <Text size="sm" c="dimmed">
          The one before signs along until {until}.
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <CopyButton text={secret} label="Copy the secret" words="Copy" />
        <Button onClick={onClose}>I have stored it</Button>
      </Group>
    </Stack>
  </Modal>
);
