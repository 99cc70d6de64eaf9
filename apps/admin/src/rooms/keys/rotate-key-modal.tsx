import { Select, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { useTRPC } from "../../app/trpc.ts";
import type { ApiKey } from "./keys-panel.tsx";
import { NewKeyModal } from "./new-key-modal.tsx";

/** Gives a key another text, and shows it, once; the one until now works for a chosen time. */
export function RotateKeyModal({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const [hours, setHours] = useState("24");
  const rotate = useMutation(useTRPC().accounts.rotateKey.mutationOptions());
  const close = () => {
    rotate.reset();
    setHours("24");
    onClose();
  };
  if (rotate.data !== undefined) {
    return <NewKeyModal opened name={apiKey?.name ?? ""} text={rotate.data.key} onClose={close} />;
  }
  return (
    <FormModal
      opened={apiKey !== null}
      title={`Rotate ${apiKey?.name ?? ""}`}
      submitLabel="Make the new text"
      pending={rotate.isPending}
      error={rotate.error}
      onClose={close}
      onSubmit={(event) => {
        event?.preventDefault();
        if (apiKey !== null) rotate.mutate({ id: apiKey.id, overlapHours: Number(hours) });
      }}
    >
      <Text size="sm">
        The key stays the same, with its rights, limits and budget; only its text changes. A text from an
        earlier rotation stops at once.
      </Text>
      <Select
        label="The text until now works"
        allowDeselect={false}
        value={hours}
        onChange={(value) => setHours(value ?? "24")}
        data={[
          { value: "0", label: "No longer" },
          { value: "1", label: "For another hour" },
          { value: "24", label: "For another day" },
          { value: "168", label: "For another week" },
        ]}
      />
    </FormModal>
  );
}
