import { Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ReactNode } from "react";
import { FormModal } from "./form-modal.tsx";
import { ReasonField, reasonIssue } from "./reason-field.tsx";

type ReasonDialogProps = {
  opened: boolean;
  title: string;
  /** What will happen, as a sentence. */
  consequence: string;
  submitLabel: string;
  danger?: boolean;
  pending: boolean;
  error: unknown;
  onSubmit: (reason: string) => void;
  onClose: () => void;
  /** Further questions, under the consequence. */
  children?: ReactNode;
};

/** Asks why before something is done that the audit log keeps; nothing is done without a reason. */
export function ReasonDialog({ consequence, onSubmit, onClose, children, ...modal }: ReasonDialogProps) {
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { reason: "" },
    validate: { reason: reasonIssue },
  });
  const close = () => {
    form.reset();
    onClose();
  };
  return (
    <FormModal {...modal} onClose={close} onSubmit={form.onSubmit(({ reason }) => onSubmit(reason.trim()))}>
      <Text size="sm">{consequence}</Text>
      {children}
      <ReasonField data-autofocus key={form.key("reason")} {...form.getInputProps("reason")} />
    </FormModal>
  );
}
