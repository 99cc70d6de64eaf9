import { Button, Code, Group, Modal, Stack, Text } from "@mantine/core";
import { CopyButton } from "../../app/copy-button.tsx";

type NewKeyModalProps = { opened: boolean; name: string; text: string; onClose: () => void };

/** Shows a new key's text, which is kept nowhere; only its own button closes it, so it is not lost by a stray click. */
export const NewKeyModal = ({ opened, name, text, onClose }: NewKeyModalProps) => (
  <Modal
    opened={opened}
    onClose={onClose}
    title="Your new key"
    withCloseButton={false}
    closeOnClickOutside={false}
    closeOnEscape={false}
  >
    <Stack gap="md">
      <Text size="sm">
        Copy <b>{name}</b> now and keep it safe: it is shown this once and stored nowhere.
      </Text>
      <Code block className="key-text" data-testid="new-key">
        {text}
      </Code>
      <Group justify="flex-end" gap="xs">
        <CopyButton text={text} label="Copy the key" words="Copy" />
        <Button onClick={onClose}>I have stored it</Button>
      </Group>
    </Stack>
  </Modal>
);
