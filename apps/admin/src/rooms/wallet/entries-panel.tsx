import { Button, Select, Table, Text } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Instant } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";
import { parkedText } from "../../money/not-priced.ts";
import { hasReceipt } from "./has-receipt.ts";

type Entry = Api<"billing", "transactions">["items"][number];
type EntryType = Entry["type"];

type EntriesPanelProps = { customerId: string; onReceipt: (id: string) => void };

/** Every entry of a wallet, newest first, with the balance after it. */
export function EntriesPanel({ customerId, onReceipt }: EntriesPanelProps) {
  const [type, setType] = useState<EntryType | null>(null);
  const { cursor, page, next, back, reset } = usePages<string>();
  const entries = useQuery({
    ...useTRPC().billing.transactions.queryOptions({
      customer: customerId,
      limit: 25,
      ...(cursor !== undefined && { cursor }),
      ...(type !== null && { type }),
    }),
    placeholderData: keepPreviousData,
  });

  return (
    <Panel
      flush
      title="Entries"
      description="Appended only, never changed. Times are UTC."
      action={
        <Select
          aria-label="Kind of entry"
          size="xs"
          w={170}
          placeholder="All but holds"
          clearable
          data={kinds}
          value={type}
          onChange={(value) => {
            setType(kinds.find((kind) => kind.value === value)?.value ?? null);
            reset();
          }}
        />
      }
    >
      <QueryBody
        query={entries}
        flush
        empty={{
          when: ({ items }) => items.length === 0,
          show: (
            <EmptyState icon={IconReceipt} title="No entries">
              Purchases, grants and usage appear here the moment they are posted.
            </EmptyState>
          ),
        }}
      >
        {({ items }) => (
          <DataTable label="Entries" minWidth={320}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col" visibleFrom="sm">
                  When
                </Table.Th>
                <Table.Th scope="col">What</Table.Th>
                <Table.Th scope="col" className="number">
                  Amount
                </Table.Th>
                <Table.Th scope="col" className="number" visibleFrom="sm">
                  Balance after
                </Table.Th>
                <Table.Th scope="col">
                  <span className="visually-hidden">Receipt</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((entry) => (
                <EntryRow key={entry.seq.toString()} entry={entry} onReceipt={onReceipt} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      <Pager
        page={page}
        nextCursor={entries.data?.nextCursor}
        onBack={back}
        onNext={() => entries.data?.nextCursor && next(entries.data.nextCursor)}
        {...(entries.data && { note: `${entries.data.total.toLocaleString("en")} entries` })}
      />
    </Panel>
  );
}

const EntryRow = ({ entry, onReceipt }: { entry: Entry; onReceipt: (id: string) => void }) => (
  <Table.Tr>
    <Table.Td style={{ whiteSpace: "nowrap" }} visibleFrom="sm">
      <Instant at={entry.createdAt} />
    </Table.Td>
    <Table.Td>
      <Text size="sm" style={{ overflowWrap: "anywhere", minWidth: 110 }}>
        {entry.description}
      </Text>
      <Aside entry={entry} />
      <Text size="xs" c="dimmed" component="div" hiddenFrom="sm">
        <Instant at={entry.createdAt} />
      </Text>
    </Table.Td>
    <Table.Td className="number">
      {entry.kind === "parked" ? parkedText(entry) : <Money amount={entry.amount} signed />}
      <Text size="xs" c="dimmed" component="div" hiddenFrom="sm">
        <Money amount={entry.balanceAfter} />
      </Text>
    </Table.Td>
    <Table.Td className="number" visibleFrom="sm">
      <Money amount={entry.balanceAfter} />
    </Table.Td>
    <Table.Td className="number">
      {hasReceipt(entry.kind) && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => onReceipt(entry.id)}
          aria-label={`Receipt of ${entry.description}`}
        >
          Receipt
        </Button>
      )}
    </Table.Td>
  </Table.Tr>
);

/** What an entry did besides moving the balance. */
function Aside({ entry }: { entry: Entry }) {
  if (entry.heldDelta === 0n && entry.debtDelta === 0n) return null;
  return (
    <Text size="xs" c="dimmed" component="div">
      {entry.heldDelta !== 0n && (
        <span>
          held <Money amount={entry.heldDelta} signed />{" "}
        </span>
      )}
      {entry.debtDelta !== 0n && (
        <span>
          debt <Money amount={entry.debtDelta} signed />
        </span>
      )}
    </Text>
  );
}

const kinds: { value: EntryType; label: string }[] = [
  { value: "debit", label: "Debits" },
  { value: "credit", label: "Credits" },
  { value: "refund", label: "Refunds" },
  { value: "clawback", label: "Clawbacks" },
  { value: "hold", label: "Holds" },
];
