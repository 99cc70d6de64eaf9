import { Text } from "@mantine/core";
import { useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { ReasonField } from "../../app/reason-field.tsx";
import type { BudgetRow } from "./subject-text.ts";
import { usePause } from "./use-pause.ts";

type PauseModalProps = {
  customer: string;
  subject: Pick<BudgetRow, "subject" | "subjectId" | "name"> | null;
  onClose: () => void;
};

/** Stops a subject's spending by hand, with a reason that its callers are told. */
export function PauseModal({ customer, subject, onClose }: PauseModalProps) {
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const close = () => {
    setReason("");
    setMissing(false);
    onClose();
  };
  const pause = usePause(`${subject?.name} is paused.`, close);
  return (
    <FormModal
      opened={subject !== null}
      title={`Pause ${subject?.name ?? ""}?`}
      submitLabel="Pause it"
      danger
      pending={pause.isPending}
      error={null}
      onClose={close}
      onSubmit={(event) => {
        event?.preventDefault();
        if (reason.trim() === "") return setMissing(true);
        if (subject === null) return;
        pause.mutate({
          customer,
          subject: subject.subject,
          subjectId: subject.subjectId,
          reason: reason.trim(),
        });
      }}
    >
      <Text size="sm">
        Requests that ask for credits beforehand are refused with your reason until somebody resumes it. Usage
        that was already served is billed all the same.
      </Text>
      <ReasonField
        maxLength={300}
        data-autofocus
        value={reason}
        error={missing && "Whoever is refused is told this."}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormModal>
  );
}
