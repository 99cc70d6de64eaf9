import { Button, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { ReasonField, reasonIssue } from "../../app/reason-field.tsx";
import { useTRPC } from "../../app/trpc.ts";

/** Says which of our offerings a source means by a name, or that what it says of it is left out. */
export function MapNameButton({ offering = "" }: { offering?: string }) {
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setOpened(true)}>
        Map a name
      </Button>
      {opened && <MapNameModal offering={offering} onClose={() => setOpened(false)} />}
    </>
  );
}

function MapNameModal({ offering, onClose }: { offering: string; onClose: () => void }) {
  const trpc = useTRPC();
  const sources = useQuery(trpc.catalog.sources.queryOptions());
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { source: "", sourceOffering: "", offering, reason: "" },
    validate: {
      source: (text) => (text === "" ? "Choose the source." : null),
      sourceOffering: (text) =>
        NAME.test(text.trim()) ? null : "Write provider/model, as the source has it.",
      offering: (text) => (text.trim() === "" || NAME.test(text.trim()) ? null : "Write provider/model."),
      reason: reasonIssue,
    },
  });
  const map = useMutation(
    trpc.catalog.setIdentity.mutationOptions({
      onSuccess: ({ version }) => {
        notifyDone(
          version === null
            ? "Mapped. No price changed by it."
            : `Mapped: catalogue version ${version} follows from it.`,
        );
        onClose();
      },
    }),
  );
  return (
    <FormModal
      opened
      title="Map a source's name"
      submitLabel="Map the name"
      pending={map.isPending}
      error={map.error}
      onClose={onClose}
      onSubmit={form.onSubmit(({ source, sourceOffering, offering: ours, reason }) =>
        map.mutate({
          source,
          sourceOffering: sourceOffering.trim(),
          offering: ours.trim() === "" ? null : ours.trim(),
          reason: reason.trim(),
        }),
      )}
    >
      <Select
        label="Source"
        withAsterisk
        searchable
        data={(sources.data ?? []).map(({ source, title }) => ({ value: source, label: title }))}
        key={form.key("source")}
        {...form.getInputProps("source")}
      />
      <TextInput
        label="Its name"
        placeholder="provider/model"
        withAsterisk
        key={form.key("sourceOffering")}
        {...form.getInputProps("sourceOffering")}
      />
      <TextInput
        label="Our offering"
        description="Empty: what the source says of it is left out"
        placeholder="provider/model"
        key={form.key("offering")}
        {...form.getInputProps("offering")}
      />
      <ReasonField key={form.key("reason")} {...form.getInputProps("reason")} />
    </FormModal>
  );
}

const NAME = /^[^\s/]+\/\S+$/;
