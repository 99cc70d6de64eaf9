import { MultiSelect, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../app/trpc.ts";
import type { EventKind } from "./event-text.ts";

/** An endpoint as its form has it. */
type EndpointValues = { url: string; description: string; events: EventKind[] };

/** The form of a new endpoint, or of one that is changed. */
export const useEndpointForm = (initialValues: EndpointValues) =>
  useForm<EndpointValues>({
    initialValues,
    validate: { url: (url) => (url.trim() === "" ? "Where should messages be sent?" : null) },
  });

/** Where messages go, what for, and which kinds. */
export function EndpointFields({ form }: { form: ReturnType<typeof useEndpointForm> }) {
  const kinds = useQuery(useTRPC().alerts.eventKinds.queryOptions({}));
  return (
    <>
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
    </>
  );
}
