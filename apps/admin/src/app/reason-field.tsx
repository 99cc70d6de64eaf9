import { Textarea, type TextareaProps } from "@mantine/core";

/** Why somebody does what they do: asked wherever the audit log keeps it. */
export const ReasonField = (props: TextareaProps) => (
  <Textarea label="Reason" withAsterisk autosize minRows={2} maxLength={500} {...props} />
);

/** What is wrong with a reason; null for nothing. */
export const reasonIssue = (reason: string): string | null =>
  reason.trim() === "" ? "Say why: it is kept in the audit log." : null;
