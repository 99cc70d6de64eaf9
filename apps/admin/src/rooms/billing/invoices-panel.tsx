import { Badge, Button, Table, Text } from "@mantine/core";
import { IconFileInvoice } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { dayText } from "../../app/instant-text.ts";
import { notifyFailure } from "../../app/notify.ts";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { savePdf } from "../../app/save-file.ts";
import { type Api, useTRPC, useTRPCClient } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";

type Invoice = Api<"invoices", "list">["items"][number];

/** Invoices and their corrections, newest first, each as a PDF. Without a customer: one's own, or everybody's. */
export function InvoicesPanel({ customer, everybody = false }: { customer?: string; everybody?: boolean }) {
  const { cursor, page, next, back } = usePages<string>();
  const invoices = useQuery({
    ...useTRPC().invoices.list.queryOptions({
      limit: 20,
      ...(customer !== undefined && { customer }),
      ...(cursor !== undefined && { cursor }),
    }),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel
      flush
      title={everybody ? "Every document" : "Invoices"}
      description="One for every purchase, numbered without gaps."
    >
      <QueryBody
        query={invoices}
        flush
        empty={{
          when: ({ items }) => items.length === 0,
          show: (
            <EmptyState icon={IconFileInvoice} title="No invoices yet">
              The invoice of a purchase is issued within minutes of its payment.
            </EmptyState>
          ),
        }}
      >
        {({ items }) => (
          <DataTable label="Invoices" minWidth={320}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Number</Table.Th>
                <Table.Th scope="col" visibleFrom="sm">
                  Issued
                </Table.Th>
                <Table.Th scope="col" className="number">
                  Total
                </Table.Th>
                <Table.Th scope="col" className="number" visibleFrom="sm">
                  Credits
                </Table.Th>
                <Table.Th scope="col">
                  <span className="visually-hidden">Document</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((invoice) => (
                <InvoiceRow key={invoice.id} invoice={invoice} named={everybody} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      <Pager
        page={page}
        nextCursor={invoices.data?.nextCursor}
        onBack={back}
        onNext={() => invoices.data?.nextCursor && next(invoices.data.nextCursor)}
        {...(invoices.data && { note: `${invoices.data.total.toLocaleString("en")} documents` })}
      />
    </Panel>
  );
}

function InvoiceRow({ invoice, named }: { invoice: Invoice; named: boolean }) {
  const client = useTRPCClient();
  const download = useMutation({
    mutationFn: () => client.invoices.pdf.query({ id: invoice.id }),
    meta: { reads: true },
    onSuccess: savePdf,
    onError: notifyFailure,
  });
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" className="figures-tabular">
          {invoice.number}
        </Text>
        <Text size="xs" c="dimmed">
          {kinds[invoice.kind]}
          {invoice.corrects !== null && ` for ${invoice.corrects}`}
        </Text>
        {named && (
          <Text size="xs" c="dimmed">
            {invoice.customer.name}
          </Text>
        )}
        {invoice.kind === "invoice" && invoice.standing === "open" && (
          <Badge variant="light" color="blue" tt="none">
            To be paid{invoice.dueAt !== null && ` by ${dayText(invoice.dueAt)}`}
          </Badge>
        )}
        {invoice.kind === "invoice" && invoice.standing === "void" && (
          <Badge variant="light" color="gray" tt="none">
            Cancelled
          </Badge>
        )}
        {invoice.test && (
          <Badge variant="light" color="gray">
            Test
          </Badge>
        )}
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {dayText(invoice.issuedAt)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm" className="figures-tabular">
        {dayText(invoice.issuedAt)}
      </Table.Td>
      <Table.Td className="number">
        <Money amount={invoice.total} />
        {invoice.creditedBack > 0n && (
          <Text size="xs" c="dimmed" component="div">
            <Money amount={invoice.creditedBack} /> credited back
          </Text>
        )}
      </Table.Td>
      <Table.Td className="number" visibleFrom="sm">
        <Money amount={invoice.credits} />
      </Table.Td>
      <Table.Td className="number">
        <Button
          size="compact-sm"
          variant="subtle"
          loading={download.isPending}
          onClick={() => download.mutate()}
          aria-label={`Download ${invoice.number} as PDF`}
        >
          PDF
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

const kinds: Record<Invoice["kind"], string> = {
  invoice: "Invoice",
  credit_note: "Credit note",
  reinstatement: "Reinstatement",
};
