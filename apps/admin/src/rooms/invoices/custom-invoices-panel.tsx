import { Badge, Button, Group, Select, Table, Text } from "@mantine/core";
import { IconFileInvoice } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { dayText } from "../../app/instant-text.ts";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { useNow } from "../../app/use-now.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";
import { MarkPaidModal } from "./mark-paid-modal.tsx";
import { RefundInvoiceModal } from "./refund-invoice-modal.tsx";
import { VoidModal } from "./void-modal.tsx";

export type CustomInvoice = Api<"customInvoices", "list">["items"][number];
type Doing = { what: "pay" | "void" | "refund"; invoice: CustomInvoice };

/** Invoices paid outside, newest first, with what can be done about each. */
export function CustomInvoicesPanel() {
  const [state, setState] = useState<CustomInvoice["state"] | null>(null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const { cursor, page, next, back, reset } = usePages<string>();
  const invoices = useQuery({
    ...useTRPC().customInvoices.list.queryOptions({
      limit: 20,
      ...(state !== null && { state }),
      ...(cursor !== undefined && { cursor }),
    }),
    placeholderData: keepPreviousData,
  });
  const close = () => setDoing(null);
  return (
    <Panel
      flush
      title="Paid outside"
      description="Issued by hand; credits come when the payment is marked."
      action={
        <Select
          aria-label="State of the invoice"
          size="xs"
          w={150}
          placeholder="Every state"
          clearable
          data={[
            { value: "open", label: "Open" },
            { value: "paid", label: "Paid" },
            { value: "void", label: "Cancelled" },
          ]}
          value={state}
          onChange={(value) => {
            setState(value === "open" || value === "paid" || value === "void" ? value : null);
            reset();
          }}
        />
      }
    >
      <QueryBody
        query={invoices}
        flush
        rows={2}
        empty={{
          when: ({ items }) => items.length === 0,
          show: (
            <EmptyState icon={IconFileInvoice} title="None here">
              Issue one where a customer pays by bank transfer.
            </EmptyState>
          ),
        }}
      >
        {({ items }) => (
          <DataTable label="Invoices paid outside" minWidth={560}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Invoice</Table.Th>
                <Table.Th scope="col">State</Table.Th>
                <Table.Th scope="col" className="number">
                  Total
                </Table.Th>
                <Table.Th scope="col">
                  <span className="visually-hidden">Actions</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((invoice) => (
                <InvoiceRow key={invoice.id} invoice={invoice} onDo={(what) => setDoing({ what, invoice })} />
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
      />
      {doing?.what === "pay" && <MarkPaidModal invoice={doing.invoice} onClose={close} />}
      {doing?.what === "void" && <VoidModal invoice={doing.invoice} onClose={close} />}
      {doing?.what === "refund" && <RefundInvoiceModal invoice={doing.invoice} onClose={close} />}
    </Panel>
  );
}

function InvoiceRow({ invoice, onDo }: { invoice: CustomInvoice; onDo: (what: Doing["what"]) => void }) {
  const now = useNow();
  const { state, number, refunded, total } = invoice;
  const overdue = state === "open" && invoice.dueAt < new Date(now);
  const button = (what: Doing["what"], label: string) => (
    <Button size="compact-sm" variant="subtle" aria-label={`${label}: ${number}`} onClick={() => onDo(what)}>
      {label}
    </Button>
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" className="figures-tabular">
          {number}
        </Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
          {invoice.customerName}: {invoice.title}
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge variant="light" color={overdue ? "orange" : colors[state]} tt="none">
          {overdue ? "Overdue" : names[state]}
        </Badge>
        <Text size="xs" c="dimmed">
          {invoice.paidAt === null ? `due ${dayText(invoice.dueAt)}` : `on ${dayText(invoice.paidAt)}`}
        </Text>
      </Table.Td>
      <Table.Td className="number">
        <Money amount={total} />
        {refunded > 0n && (
          <Text size="xs" c="dimmed" component="div">
            <Money amount={refunded} /> refunded
          </Text>
        )}
      </Table.Td>
      <Table.Td className="number">
        <Group gap={4} justify="flex-end">
          {state === "open" && button("pay", "Mark paid")}
          {state === "open" && button("void", "Cancel it")}
          {state === "paid" && refunded < total && button("refund", "Refund")}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

const names = { open: "Open", paid: "Paid", void: "Cancelled" } as const;
const colors = { open: "blue", paid: "teal", void: "gray" } as const;
