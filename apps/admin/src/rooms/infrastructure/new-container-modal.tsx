import { Text, TextInput } from "@mantine/core";
import { DEFAULT_SIZE } from "@ratebook/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { readSize, SizeFields, type SizeValues } from "./size-fields.tsx";

type NewContainerModalProps = {
  opened: boolean;
  standing: Api<"resources", "standing">;
  customer: string | undefined;
  onClose: () => void;
};

/** Asks for a container, saying what it costs now and a day. */
export function NewContainerModal({ opened, standing, customer, onClose }: NewContainerModalProps) {
  const [name, setName] = useState("");
  const [size, setSize] = useState<SizeValues>(DEFAULT_SIZE);
  // One key for each container asked for, so that a click too many creates nothing more.
  const [key, setKey] = useState(() => crypto.randomUUID());
  const close = () => {
    create.reset();
    setName("");
    setSize(DEFAULT_SIZE);
    setKey(crypto.randomUUID());
    onClose();
  };
  const create = useMutation(
    useTRPC().resources.create.mutationOptions({
      onSuccess: ({ resource }) => {
        notifyDone(`${resource.name} is being deployed.`);
        close();
      },
    }),
  );
  return (
    <FormModal
      opened={opened}
      title="New container"
      submitLabel="Create it"
      pending={create.isPending}
      error={create.error}
      onClose={close}
      onSubmit={(event) => {
        event?.preventDefault();
        create.mutate({
          kind: "container",
          name,
          ...readSize(size),
          ...(customer !== undefined && { customer }),
          idempotencyKey: key,
        });
      }}
    >
      <TextInput
        label="Name"
        placeholder="research-agent"
        withAsterisk
        required
        maxLength={120}
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SizeFields values={size} perDay={standing.containerPerDay} sized onChange={setSize} />
      <Text size="sm">
        {standing.deploymentFee === null ? (
          "The deployment has no price just now."
        ) : (
          <>
            Its deployment costs <Money amount={standing.deploymentFee} /> now, and that comes back if it
            fails. Days are billed from when it runs.
          </>
        )}
      </Text>
    </FormModal>
  );
}
