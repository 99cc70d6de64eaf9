import { Anchor, Badge, Table, Text } from "@mantine/core";
import { IconCurrencyEthereum } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Age } from "../../app/age.tsx";
import { CopyButton } from "../../app/copy-button.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";

type Settlement = Api<"x402", "settlements">["items"][number];

/** Token payments of every customer, newest first, each with its transaction. */
export function SettlementsPanel() {
  const { cursor, page, next, back } = usePages<string>();
  const settlements = useQuery({
    ...useTRPC().x402.settlements.queryOptions({ limit: 25, ...(cursor !== undefined && { cursor }) }),
    placeholderData: keepPreviousData,
  });
  return (
    <Panel flush title="Token payments" description="By x402; credited once per network and transaction.">
      <QueryBody
        query={settlements}
        flush
        empty={{
          when: ({ items }) => items.length === 0,
          show: (
            <EmptyState icon={IconCurrencyEthereum} title="No token payments">
              Payments of programs that speak x402 appear here, with their transaction.
            </EmptyState>
          ),
        }}
      >
        {({ items }) => (
          <DataTable label="Token payments" minWidth={320}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Transaction</Table.Th>
                <Table.Th scope="col">State</Table.Th>
                <Table.Th scope="col" className="number">
                  Credits
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((it) => (
                <SettlementRow key={it.id} it={it} />
              ))}
            </Table.Tbody>
          </DataTable>
        )}
      </QueryBody>
      <Pager
        page={page}
        nextCursor={settlements.data?.nextCursor}
        onBack={back}
        onNext={() => settlements.data?.nextCursor && next(settlements.data.nextCursor)}
      />
    </Panel>
  );
}

const SettlementRow = ({ it }: { it: Settlement }) => (
  <Table.Tr>
    <Table.Td>
      {it.transaction === null ? (
        <Text size="sm">{it.state === "failed" ? "None" : "None yet"}</Text>
      ) : (
        <span className="mono" style={{ overflowWrap: "anywhere" }}>
          {it.transaction} <CopyButton text={it.transaction} label="Copy the transaction" />
        </span>
      )}
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {it.network}, from <span className="mono">{it.payer}</span>, <Age at={it.createdAt} />,{" "}
        <Anchor
          size="xs"
          renderRoot={(props) => (
            <Link {...props} to="/customers/$customerId" params={{ customerId: it.customerId }} />
          )}
        >
          customer
        </Anchor>
      </Text>
    </Table.Td>
    <Table.Td>
      <Badge variant="light" color={colors[it.state]} tt="none">
        {it.state}
      </Badge>
      {it.failure !== null && <Text size="xs">{it.failure}</Text>}
    </Table.Td>
    <Table.Td className="number">
      <Money amount={it.credits} />
    </Table.Td>
  </Table.Tr>
);

const colors: Record<Settlement["state"], string> = {
  verified: "blue",
  settling: "orange",
  settled: "teal",
  failed: "red",
};
