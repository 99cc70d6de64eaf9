import { useMutation } from "@tanstack/react-query";
import { notifyDone } from "../../app/notify.ts";
import { ReasonDialog } from "../../app/reason-dialog.tsx";
import { useTRPC } from "../../app/trpc.ts";
import type { CustomInvoice } from "./custom-invoices-panel.tsx";

/** Cancels an open invoice: its document stays, and a credit note takes it back. */
export function VoidModal({ invoice, onClose }: { invoice: CustomInvoice; onClose: () => void }) {
  const cancel = useMutation(
    useTRPC().customInvoices.void.mutationOptions({
      onSuccess: () => {
        notifyDone(`${invoice.number} is cancelled.`);
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      opened
      title={`Cancel ${invoice.number}?`}
      consequence="The document stays as it is; a credit note over all of it is issued."
      submitLabel="Cancel the invoice"
      danger
      pending={cancel.isPending}
      error={cancel.error}
      onSubmit={(reason) => cancel.mutate({ id: invoice.id, reason })}
      onClose={onClose}
    />
  );
}
