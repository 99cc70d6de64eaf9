import { Button, Group, Modal, Stack, Switch, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ErrorState } from "../../app/error-state.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";

type ListedSwitchProps = { offering: string; listed: boolean };

/** Whether an offering is sold here. Changing it asks why: the reason is kept in the audit log. */
export function ListedSwitch({ offering, listed }: ListedSwitchProps) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <>
      <Switch checked={listed} onChange={open} aria-label={`${offering} is sold here`} />
      <Modal opened={opened} onClose={close} title={listed ? "Stop selling" : "Start selling"} centered>
        <ListedForm offering={offering} listed={listed} onDone={close} />
      </Modal>
    </>
  );
}

function ListedForm({ offering, listed, onDone }: ListedSwitchProps & { onDone: () => void }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const missing = reason.trim() === "";
  const set = useMutation(
    trpc.catalog.setListed.mutationOptions({
      onSuccess: async () => {
        notifyDone(listed ? `${offering} is no longer sold.` : `${offering} is sold from now on.`);
        await queries.invalidateQueries({ queryKey: trpc.pricing.pathKey() });
        onDone();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!missing) set.mutate({ offering, listed: !listed, reason: reason.trim() });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">
          {listed
            ? `New usage of ${offering} has no price any more: it is refused or parked until it is sold again.`
            : `${offering} appears on the price page, and its usage is rated and debited.`}
        </Text>
        <Textarea
          label="Reason"
          description="Kept in the audit log."
          required
          autosize
          minRows={2}
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={tried && missing ? "Say why" : null}
        />
        {set.isError && <ErrorState error={set.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={set.isPending}>
            {listed ? "Stop selling" : "Sell it"}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
