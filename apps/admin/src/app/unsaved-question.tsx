import { Button, Group, Modal, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";

type UnsavedQuestionProps = {
  /** Something was written that would be lost. */
  isUnsaved: boolean;
  /** What it is, as in "this draft". */
  what: string;
};

/**
 * Asks before a form that was written in is left, by a link, the way back or closing the tab; the browser has its own
 * words for the last. What leaves after saving navigates with `ignoreBlocker`.
 */
export function UnsavedQuestion({ isUnsaved, what }: UnsavedQuestionProps) {
  const leaving = useBlocker({
    // A jump inside the page, as to its content, leaves nothing.
    shouldBlockFn: ({ current, next }) =>
      isUnsaved &&
      (current.pathname !== next.pathname || JSON.stringify(current.search) !== JSON.stringify(next.search)),
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  });
  return (
    <Modal
      opened={leaving.status === "blocked"}
      onClose={() => leaving.reset?.()}
      title={`Leave ${what}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Text size="sm" mb="md">
        What was written is not saved, and is lost when you leave.
      </Text>
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => leaving.proceed?.()}>
          Leave without saving
        </Button>
        <Button data-autofocus onClick={() => leaving.reset?.()}>
          Stay here
        </Button>
      </Group>
    </Modal>
  );
}
