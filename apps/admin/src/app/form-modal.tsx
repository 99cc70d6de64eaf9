import { Alert, Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { errorSentence } from "./error-sentence.ts";

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

/** A question with a form: one attempt at a time, and the refusal above the buttons. */
export const FormModal = (props: FormModalProps) => (
  <Modal
    opened={props.opened}
    onClose={props.onClose}
    title={props.title}
    closeButtonProps={{ "aria-label": "Close" }}
  >
    <form onSubmit={props.onSubmit} noValidate>
      <Stack gap="md">
        {props.children}
        {props.error !== null && props.error !== undefined && (
          <Alert color="red" variant="light" role="alert">
            {errorSentence(props.error)}
          </Alert>
        )}
        <Group justify="flex-end" gap="xs" mt={4}>
          <Button variant="default" onClick={props.onClose}>
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
