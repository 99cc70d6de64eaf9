import { Button, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { PageHeader } from "../../app/page-header.tsx";
import { InvoicesPanel } from "../billing/invoices-panel.tsx";
import { CustomInvoicesPanel } from "./custom-invoices-panel.tsx";
import { IssueModal } from "./issue-modal.tsx";
import { SellerPanel } from "./seller-panel.tsx";

/** Every customer's documents, and the invoices that an operator issues and marks paid by hand. */
export function InvoicesRoom() {
  const [issuing, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader
        title="Invoices"
        description="Each purchase has one, numbered without gaps and never changed; a correction is a document of its own."
      >
        <Button onClick={open}>Issue an invoice</Button>
      </PageHeader>
      <Stack gap="lg">
        <CustomInvoicesPanel />
        <InvoicesPanel everybody />
        <SellerPanel />
      </Stack>
      {issuing && <IssueModal onClose={close} />}
    </>
  );
}
