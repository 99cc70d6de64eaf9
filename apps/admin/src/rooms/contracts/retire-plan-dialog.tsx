import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import type { Plan } from "./contract.ts";

/** Takes a plan out of what contracts may begin from, or puts it back. */
export function RetirePlanDialog({ plan, onClose }: { plan: Plan; onClose: () => void }) {
  const { id, name, description, terms, retired } = plan;
  const save = useMutation(
    useTRPC().contracts.savePlan.mutationOptions({
      onSuccess: () => {
        notifyDone(retired ? `${name} can be chosen again.` : `${name} is retired.`);
        onClose();
      },
    }),
  );
  return (
    <FormModal
      opened
      title={retired ? `Offer ${name} again?` : `Retire ${name}?`}
      submitLabel={retired ? "Offer it again" : "Retire it"}
      pending={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={(event) => {
        event?.preventDefault();
        save.mutate({ id, name, description, terms, retired: !retired });
      }}
    >
      <Text size="sm">
        {retired
          ? "New contracts may begin from it again."
          : "No new contract begins from it. Contracts that were made from it stay as they are."}
      </Text>
    </FormModal>
  );
}
