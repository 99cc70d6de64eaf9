import { Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import type { BudgetRow } from "./subject-text.ts";

type RemoveBudgetModalProps = { customer: string; budget: BudgetRow | null; onClose: () => void };

/** Asks once more before a limit is gone. */
export function RemoveBudgetModal({ customer, budget, onClose }: RemoveBudgetModalProps) {
  const remove = useMutation(
    useTRPC().budgets.remove.mutationOptions({
      onSuccess: () => {
        notifyDone("The budget is removed.");
        close();
      },
    }),
  );
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <FormModal
      opened={budget !== null}
      title="Remove this budget?"
      submitLabel="Remove the budget"
      danger
      pending={remove.isPending}
      error={remove.error}
      onClose={close}
      onSubmit={(event) => {
        event?.preventDefault();
        if (budget !== null) remove.mutate({ customer, id: budget.id });
      }}
    >
      <Text size="sm">
        From the next request on nothing limits what <b>{budget?.name}</b> spends a {budget?.period}. A pause
        stays.
      </Text>
    </FormModal>
  );
}
