import { Button, Group, Select, Table, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { dayText, instantText } from "../../app/instant-text.ts";
import { notifyFailure } from "../../app/notify.ts";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { saveFile, savePdf } from "../../app/save-file.ts";
import { type Api, useTRPC, useTRPCClient } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";

type Statement = Api<"statements", "get">;
type Owner = { customer?: string };

/** A month added up from the ledger: what was there, what moved, what is left. Without a customer: one's own. */
export function StatementsPanel({ customer }: Owner) {
  const owner = customer === undefined ? {} : { customer };
  const months = useQuery(useTRPC().statements.list.queryOptions({ ...owner, limit: 120 }));
  const [chosen, choose] = useState<string | null>(null);
  const month = chosen ?? months.data?.items[0]?.month;
  return (
    <Panel
      flush
      title="Monthly statement"
      description="Opening balance and lines add up to the closing balance, to the last digit."
      action={
        <Group gap="xs">
          <Select
            aria-label="Month"
            size="xs"
            w={130}
            allowDeselect={false}
            data={months.data?.items.map((item) => item.month) ?? []}
            value={month ?? null}
            onChange={choose}
          />
          {month !== undefined && <Downloads owner={owner} month={month} />}
        </Group>
      }
    >
      <QueryBody query={months} flush rows={3}>
        {() => month !== undefined && <Month owner={owner} month={month} />}
      </QueryBody>
    </Panel>
  );
}

function Downloads({ owner, month }: { owner: Owner; month: string }) {
  const client = useTRPCClient();
  const pdf = useMutation({
    mutationFn: () => client.statements.pdf.query({ ...owner, month }),
    meta: { reads: true },
    onSuccess: savePdf,
    onError: notifyFailure,
  });
  const csv = useMutation({
    mutationFn: () => client.statements.csv.query({ ...owner, month }),
    meta: { reads: true },
    onSuccess: ({ name, csv: content }) => saveFile({ name, type: "text/csv", content }),
    onError: notifyFailure,
  });
  return (
    <>
      <Button
        size="xs"
        variant="default"
        loading={pdf.isPending}
        onClick={() => pdf.mutate()}
        aria-label={`Statement of ${month} as PDF`}
      >
        PDF
      </Button>
      <Button
        size="xs"
        variant="default"
        loading={csv.isPending}
        onClick={() => csv.mutate()}
        aria-label={`Statement of ${month} as CSV`}
      >
        CSV
      </Button>
    </>
  );
}

function Month({ owner, month }: { owner: Owner; month: string }) {
  const statement = useQuery(useTRPC().statements.get.queryOptions({ ...owner, month }));
  return (
    <QueryBody query={statement} flush>
      {(data) => <Lines statement={data} />}
    </QueryBody>
  );
}

const Lines = ({
  statement: { month, lines, opening, closing, from, to, complete },
}: {
  statement: Statement;
}) => (
  <DataTable label={`Statement of ${month}`} minWidth={340}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Item</Table.Th>
        <Table.Th scope="col" className="number" visibleFrom="sm">
          Operations
        </Table.Th>
        <Table.Th scope="col" className="number">
          Credits
        </Table.Th>
        <Table.Th scope="col" className="number">
          Debt
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      <BalanceRow name="Opening balance" at={dayText(from)} position={opening} />
      {lines.map((line) => (
        <Table.Tr key={`${line.kind} ${line.about ?? ""}`}>
          <Table.Td style={{ overflowWrap: "anywhere" }}>{line.label}</Table.Td>
          <Table.Td className="number" visibleFrom="sm">
            {line.operations.toLocaleString("en")}
          </Table.Td>
          <Table.Td className="number">
            <Money amount={line.credits} signed />
          </Table.Td>
          <Table.Td className="number">
            <Money amount={line.debt} />
          </Table.Td>
        </Table.Tr>
      ))}
      <BalanceRow
        name="Closing balance"
        at={complete ? dayText(new Date(to.getTime() - 1)) : `as of ${instantText(to)}`}
        position={closing}
      />
    </Table.Tbody>
  </DataTable>
);

type BalanceRowProps = { name: string; at: string; position: Statement["opening"] };

const BalanceRow = ({ name, at, position }: BalanceRowProps) => (
  <Table.Tr>
    <Table.Td fw={600}>
      {name}
      <Text size="xs" c="dimmed" component="div">
        {at}
      </Text>
    </Table.Td>
    <Table.Td visibleFrom="sm" />
    <Table.Td className="number" fw={600}>
      <Money amount={position.credits} />
    </Table.Td>
    <Table.Td className="number" fw={600}>
      <Money amount={position.debt} />
    </Table.Td>
  </Table.Tr>
);
