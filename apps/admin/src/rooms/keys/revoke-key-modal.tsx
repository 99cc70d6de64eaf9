import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import type { ApiKey } from "./keys-panel.tsx";

/** Asks once more before a key stops working for good. */
export function RevokeKeyModal({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const revoke = useMutation(
    useTRPC().accounts.revokeKey.mutationOptions({
      onSuccess: () => {
        notifyDone("The key is revoked.");
        close();
      },
    }),
  );
  const close = () => {
    revoke.reset();
    onClose();
  };
  return (
    <FormModal
      opened={apiKey !== null}
      title="Revoke this key?"
      submitLabel="Revoke the key"
      danger
      pending={revoke.isPending}
      error={revoke.error}
      onClose={close}
      onSubmit={(event) => {
        event?.preventDefault();
        if (apiKey !== null) revoke.mutate({ id: apiKey.id });
      }}
    >
      <Text size="sm">
        Programs that use <b>{apiKey?.name}</b> (
        <span className="mono">
          {apiKey?.prefix}…{apiKey?.lastFour}
        </span>
        ) are refused from their next request on. This cannot be undone.
      </Text>
    </FormModal>
  );
}
