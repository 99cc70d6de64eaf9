import { Select, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { FormModal } from "../../app/form-modal.tsx";
import { ReasonField } from "../../app/reason-field.tsx";
import { SubjectField } from "./subject-field.tsx";
import { type Subject, subjectWords } from "./subject-text.ts";
import { usePause } from "./use-pause.ts";

type PauseAnybodyModalProps = { customer: string; opened: boolean; onClose: () => void };

/** Pauses whom one names, whether or not a budget limits them. */
export function PauseAnybodyModal({ customer, opened, onClose }: PauseAnybodyModalProps) {
  const form = useForm({
    initialValues: { subject: "agent" as Subject, subjectId: "", reason: "" },
    validate: {
      subjectId: (id, { subject }) =>
        subject !== "organization" && id.trim() === ""
          ? `Name the ${subjectWords[subject].toLowerCase()}.`
          : null,
      reason: (reason) => (reason.trim() === "" ? "Whoever is refused is told this." : null),
    },
  });
  const close = () => {
    form.reset();
    pause.reset();
    onClose();
  };
  const pause = usePause("Paused.", close);
  const { subject, subjectId } = form.values;
  return (
    <FormModal
      opened={opened}
      title="Pause spending"
      submitLabel="Pause it"
      danger
      pending={pause.isPending}
      error={null}
      onClose={close}
      onSubmit={form.onSubmit(({ reason }) =>
        pause.mutate({
          customer,
          subject,
          subjectId: subject === "organization" ? null : subjectId.trim(),
          reason: reason.trim(),
        }),
      )}
    >
      <Text size="sm">
        Requests that ask for credits beforehand are refused with your reason until somebody resumes it. Usage
        that was already served is billed all the same.
      </Text>
      <Select
        label="Whom"
        allowDeselect={false}
        data={Object.entries(subjectWords).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps("subject")}
        onChange={(value) => form.setValues({ subject: value as Subject, subjectId: "" })}
      />
      {subject !== "organization" && (
        <SubjectField
          customer={customer}
          subject={subject}
          value={subjectId}
          error={form.errors["subjectId"]}
          onChange={(id) => form.setFieldValue("subjectId", id)}
        />
      )}
      <ReasonField maxLength={300} {...form.getInputProps("reason")} />
    </FormModal>
  );
}
