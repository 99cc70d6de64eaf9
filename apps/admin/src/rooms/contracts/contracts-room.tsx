import { Alert, Badge, Button, Stack, Table, Text } from "@mantine/core";
import { IconAlertTriangle, IconFileText } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { dayText } from "../../app/instant-text.ts";
import { notifyDone } from "../../app/notify.ts";
import { PageHeader } from "../../app/page-header.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { ReasonDialog } from "../catalogue/reason-dialog.tsx";
import { ContractDraft } from "./contract-draft.tsx";
import { termsText } from "./terms-text.ts";

type Contract = Api<"contracts", "list">["items"][number];

/** Customers' own prices and terms: what holds, what needs an eye, and a draft of the next with what it would do. */
export function ContractsRoom() {
  const contracts = useQuery(useTRPC().contracts.list.queryOptions({ limit: 100 }));
  const [ending, setEnding] = useState<Contract | null>(null);
  return (
    <>
      <PageHeader
        title="Contracts"
        description="Prices and terms of single customers. A version never changes; a new one takes its place."
      />
      <Stack gap="lg">
        <News />
        <Panel flush title="Versions" description="The newest 100.">
          <QueryBody query={contracts} flush rows={4}>
            {({ items }) =>
              items.length === 0 ? (
                <EmptyState icon={IconFileText} title="Nobody has a contract yet" />
              ) : (
                <Versions items={items} onEnd={setEnding} />
              )
            }
          </QueryBody>
        </Panel>
        <ContractDraft />
      </Stack>
      {ending && <End contract={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

function News() {
  const news = useQuery(useTRPC().contracts.news.queryOptions());
  if (!news.data || news.data.length === 0) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title="Contracts that need a look"
    >
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {news.data.map(({ contract, kind, sentence }) => (
          <li key={`${contract} ${kind} ${sentence}`}>
            {contract}: {sentence}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

const Versions = ({ items, onEnd }: { items: readonly Contract[]; onEnd: (contract: Contract) => void }) => (
  <DataTable label="Contracts" minWidth={720}>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Contract</Table.Th>
        <Table.Th scope="col">Customer</Table.Th>
        <Table.Th scope="col">Holds (UTC)</Table.Th>
        <Table.Th scope="col">Terms</Table.Th>
        <Table.Th scope="col">State</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {items.map((contract) => (
        <Table.Tr key={contract.version}>
          <Table.Td>{contract.label}</Table.Td>
          <Table.Td>{contract.customerName}</Table.Td>
          <Table.Td>
            {dayText(contract.validFrom)} to{" "}
            {contract.validUntil === null ? "open" : dayText(contract.validUntil)}
          </Table.Td>
          <Table.Td>
            {termsText(contract.terms).map((line) => (
              <Text key={line} size="sm">
                {line}
              </Text>
            ))}
          </Table.Td>
          <Table.Td>
            <Badge variant="light" color={contract.state === "active" ? "teal" : "gray"}>
              {contract.state}
            </Badge>
            {contract.state !== "ended" && (
              <Button
                size="compact-xs"
                variant="subtle"
                aria-label={`End ${contract.label}`}
                onClick={() => onEnd(contract)}
              >
                End
              </Button>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </DataTable>
);

function End({ contract, onClose }: { contract: Contract; onClose: () => void }) {
  const queries = useQueryClient();
  const end = useMutation(
    useTRPC().contracts.end.mutationOptions({
      onSuccess: async ({ label }) => {
        notifyDone(`${label} has ended.`);
        await queries.invalidateQueries();
        onClose();
      },
    }),
  );
  return (
    <ReasonDialog
      opened
      title={`End ${contract.label}`}
      consequence={`From now on ${contract.customerName} pays by the markup rules. What was debited before keeps its price.`}
      submitLabel="End it"
      danger
      pending={end.isPending}
      error={end.error}
      onSubmit={(reason) => end.mutate({ version: contract.version, reason })}
      onClose={onClose}
    />
  );
}
