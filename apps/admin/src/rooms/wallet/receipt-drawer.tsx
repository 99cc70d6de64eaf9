import { Drawer } from "@mantine/core";
import { skipToken, useQuery } from "@tanstack/react-query";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { ReceiptView } from "./receipt-view.tsx";

type ReceiptDrawerProps = { customerId: string; id: string | null; onClose: () => void };

/** Explains one debit, beside the wallet it belongs to. */
export function ReceiptDrawer({ customerId, id, onClose }: ReceiptDrawerProps) {
  const receipt = useQuery(
    useTRPC().billing.receipt.queryOptions(id === null ? skipToken : { id, customer: customerId }),
  );
  return (
    <Drawer
      opened={id !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title="Receipt"
      closeButtonProps={{ "aria-label": "Close the receipt" }}
    >
      <QueryBody query={receipt} rows={6}>
        {(data) => <ReceiptView receipt={data} />}
      </QueryBody>
    </Drawer>
  );
}
