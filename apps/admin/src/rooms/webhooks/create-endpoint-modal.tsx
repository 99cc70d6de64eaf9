import { MultiSelect, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { useTRPC } from "../../app/trpc.ts";
import type { EventKind } from "./event-text.ts";
import { NewSecretModal } from "./new-secret-modal.tsx";

/** Makes an endpoint, then shows its secret, once. */
export function CreateEndpointModal({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const kinds = useQuery(trpc.alerts.eventKinds.queryOptions({}));
  const form = useForm<{ url: string; description: string; events: EventKind[] }>({
    initialValues: { url: "", description: "", events: [] },
    validate: { url: (url) => (url.trim() === "" ? "Where should messages be sent?" : null) },
  });
  const create = useMutation(
    trpc.alerts.createEndpoint.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.alerts.endpoints.queryKey() }),
    }),
  );
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  if (create.data !== undefined) {
    return <NewSecretModal url={create.data.url} secret={create.data.secret} onClose={close} />;
  }
  return (
    <FormModal
      opened={opened}
      title="New endpoint"
      submitLabel="Create the endpoint"
      pending={create.isPending}
      error={create.error}
      onClose={close}
      onSubmit={form.onSubmit((values) => create.mutate({ ...values, url: values.url.trim() }))}
    >
      <TextInput
        label="Address"
        placeholder="https://example.com/hooks/ratebook"
        withAsterisk
        maxLength={2000}
        data-autofocus
        {...form.getInputProps("url")}
      />
      <TextInput label="What it is for" maxLength={200} {...form.getInputProps("description")} />
      <MultiSelect
        label="Events"
        description="None chosen: every kind."
        placeholder={form.values.events.length === 0 ? "Every kind" : ""}
        data={(kinds.data ?? []).map(({ kind }) => kind)}
        renderOption={({ option }) => (
          <div>
            <div>{option.value}</div>
            <div className="option-note">
              {kinds.data?.find(({ kind }) => kind === option.value)?.meaning}
            </div>
          </div>
        )}
        searchable
        clearable
        {...form.getInputProps("events")}
      />
    </FormModal>
  );
}
