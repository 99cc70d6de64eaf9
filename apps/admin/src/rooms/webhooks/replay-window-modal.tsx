import { Checkbox, Select, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import type { Endpoint } from "./event-text.ts";
import classes from "./webhooks.module.css";

/** Sends an endpoint again what it missed within the last hours or days. */
export function ReplayWindowModal({ endpoint, onClose }: { endpoint: Endpoint; onClose: () => void }) {
  const form = useForm({ initialValues: { hours: "24", delivered: false } });
  const replay = useMutation(
    useTRPC().alerts.replayWindow.mutationOptions({
      onSuccess: ({ replayed }) => {
        notifyDone(
          replayed === 0
            ? "There was nothing to replay."
            : `${replayed} ${events(replayed)} on the way again.`,
        );
        onClose();
      },
    }),
  );
  return (
    <FormModal
      opened
      title="Replay events"
      submitLabel="Replay"
      pending={replay.isPending}
      error={replay.error}
      onClose={onClose}
      onSubmit={form.onSubmit(({ hours, delivered }) => {
        const to = new Date();
        const from = new Date(to.getTime() - Number(hours) * 3_600_000);
        replay.mutate({ endpointId: endpoint.id, from, to, delivered });
      })}
    >
      <Text size="sm" className={classes.url}>
        Sends {endpoint.url} what failed and what it was not told because it was off or did not exist yet.
      </Text>
      <Select label="Events of" allowDeselect={false} data={WINDOWS} {...form.getInputProps("hours")} />
      <Checkbox
        label="Also what arrived"
        description="Each message keeps its webhook-id, by which doubles are told."
        {...form.getInputProps("delivered", { type: "checkbox" })}
      />
    </FormModal>
  );
}

const events = (n: number): string => (n === 1 ? "event is" : "events are");

const WINDOWS = [
  { value: "1", label: "the last hour" },
  { value: "24", label: "the last day" },
  { value: "72", label: "the last three days" },
  { value: "168", label: "the last week" },
  { value: "720", label: "the last 30 days" },
];
