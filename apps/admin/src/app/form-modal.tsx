import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { errorSentence } from "./error-sentence.ts";
import { useFocusBack } from "./use-focus-back.ts";
import { useLastWord } from "./use-last-word.ts";

type FormModalProps = {
  opened: boolean;
  title: string;
  submitLabel: string;
  /** Destructive ones are red. */
  danger?: boolean;
  pending: boolean;
  /** What the server said to the last attempt. */
  error: unknown;
  onSubmit: (event?: FormEvent<HTMLFormElement>) => void;
  onClose: () => void;
  children: ReactNode;
};

/**
 * A question with a form: one attempt at a time, and the refusal above the buttons. The field marked `data-autofocus` has
 * the focus first, else the first one that can be filled in, and where there is none the way out.
 */
export function FormModal(props: FormModalProps) {
  useFocusBack(props.opened);
  const close = useLastWord(props);
  return (
    <Modal
      opened={props.opened}
      onClose={close}
      title={props.title}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <form ref={markFirstField} onSubmit={props.onSubmit} noValidate>
        <Stack gap="md">
          {props.children}
          {props.error !== null && props.error !== undefined && (
            <Alert color="red" variant="light" role="alert">
              {errorSentence(props.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs" mt={4}>
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={props.pending} {...(props.danger && { color: "red.9" })}>
              {props.submitLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

// Else the library gives the focus to the cross in the corner, which stands before the form.
function markFirstField(form: HTMLFormElement | null): void {
  if (form === null || form.querySelector("[data-autofocus]") !== null) return;
  const first =
    form.querySelector("input:not([type=hidden], :disabled), textarea:not(:disabled)") ??
    form.querySelector("button:not(:disabled)");
  first?.setAttribute("data-autofocus", "true");
}
