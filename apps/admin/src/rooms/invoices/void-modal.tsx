import { Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { FormModal } from "../../app/form-modal.tsx";
import { notifyDone } from "../../app/notify.ts";
import { useTRPC } from "../../app/trpc.ts";
import type { CustomInvoice } from "./custom-invoices-panel.tsx";

/** Cancels an open invoice: its document stays, and a credit note takes it back. */
export function VoidModal({ invoice, onClose }: { invoice: CustomInvoice; onClose: () => void }) {
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const cancel = useMutation(
    useTRPC().customInvoices.void.mutationOptions({
      onSuccess: () => {
        notifyDone(`${invoice.number} is cancelled.`);
        onClose();
      },
      onSettled: () => queries.invalidateQueries(),
    }),
  );
  return (
    <FormModal
      opened
      title={`Cancel ${invoice.number}?`}
      submitLabel="Cancel the invoice"
      danger
      pending={cancel.isPending}
      error={cancel.error}
      onClose={onClose}
      onSubmit={(event) => {
        event?.preventDefault();
        setMissing(reason.trim() === "");
        if (reason.trim() !== "") cancel.mutate({ id: invoice.id, reason: reason.trim() });
      }}
    >
      <Text size="sm">The document stays as it is; a credit note over all of it is issued.</Text>
      <Textarea
        label="Reason"
        withAsterisk
        autosize
        maxLength={500}
        data-autofocus
        value={reason}
        error={missing && reason.trim() === "" ? "Say why: it is kept in the audit log." : null}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
    </FormModal>
  );
}
