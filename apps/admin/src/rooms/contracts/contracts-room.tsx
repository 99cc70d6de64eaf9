import { Anchor, Button, Stack, Table, Text } from "@mantine/core";
import { IconFileText, IconPlus, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { CsvDownload } from "../../app/csv-download.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC, useTRPCClient } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { usePages } from "../../app/use-pages.ts";
import { type Contract, spanText } from "./contract.ts";
import { asked, contractFilterChange, NO_FILTER, readContractFilter } from "./contract-filter.ts";
import { ContractFilters } from "./contract-filters.tsx";
import { ContractNews } from "./contract-news.tsx";
import { contractsCsv } from "./contracts-csv.ts";
import { EndDialog } from "./end-dialog.tsx";
import { StateBadge } from "./state-badge.tsx";
import { TermsInBrief } from "./terms-list.tsx";

/** Customers' own prices and terms: every version there is, what needs an eye, and the ways to new ones. */
export function ContractsRoom() {
  const [params, change] = useAddressParams();
  const filter = readContractFilter(params);
  const wanted = asked(filter);
  const isFiltered = Object.keys(wanted).length > 0;
  const { cursor, page, next, back } = usePages<number>(JSON.stringify(wanted));
  const client = useTRPCClient();
  const contracts = useQuery(
    useTRPC().contracts.list.queryOptions(
      { limit: 25, ...wanted, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  const [ending, setEnding] = useState<Contract | null>(null);
  return (
    <>
      <PageHeader
        title="Contracts"
        description="Prices and terms of single customers. A version never changes; a new one takes its place."
      >
        <CsvDownload
          name="contracts"
          csv={contractsCsv}
          read={(from: number | null) =>
            client.contracts.list.query({ ...wanted, limit: 200, ...(from !== null && { cursor: from }) })
          }
        />
        <Button variant="default" renderRoot={(props) => <Link {...props} to="/contracts/plans" />}>
          Contract plans
        </Button>
        <NewContract />
      </PageHeader>
      <Stack gap="lg">
        <ContractNews />
        <Panel flush title="Versions" description="The newest first.">
          <ContractFilters filter={filter} onChange={(changed) => change(contractFilterChange(changed))} />
          <QueryBody
            query={contracts}
            flush
            rows={4}
            empty={{
              when: ({ items }) => items.length === 0 && page === 1,
              show: isFiltered ? (
                <EmptyState
                  icon={IconSearch}
                  title="No contract passes these filters"
                  action={
                    <Button variant="default" onClick={() => change(contractFilterChange(NO_FILTER))}>
                      Show every contract
                    </Button>
                  }
                >
                  {filter.endsWithinDays !== null && "An end is looked for among what holds now or will."}
                </EmptyState>
              ) : (
                <EmptyState icon={IconFileText} title="Nobody has a contract yet" action={<NewContract />}>
                  Everybody pays by the markup rules until they have one.
                </EmptyState>
              ),
            }}
          >
            {({ items, nextCursor }) => (
              <>
                <Versions items={items} onEnd={setEnding} />
                <Pager
                  page={page}
                  nextCursor={nextCursor}
                  onBack={back}
                  onNext={() => nextCursor !== null && next(nextCursor)}
                />
              </>
            )}
          </QueryBody>
        </Panel>
      </Stack>
      {ending && <EndDialog contract={ending} onClose={() => setEnding(null)} />}
    </>
  );
}

const NewContract = () => (
  <Button
    leftSection={<IconPlus size={16} aria-hidden />}
    renderRoot={(props) => <Link {...props} to="/contracts/new" />}
  >
    New contract
  </Button>
);

const Versions = ({ items, onEnd }: { items: readonly Contract[]; onEnd: (contract: Contract) => void }) => (
  <DataTable label="Contracts" minWidth={760} stacks>
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Contract</Table.Th>
        <Table.Th scope="col">Customer</Table.Th>
        <Table.Th scope="col">Holds (UTC)</Table.Th>
        <Table.Th scope="col">Terms</Table.Th>
        <Table.Th scope="col">State</Table.Th>
        <Table.Th>
          <span className="visually-hidden">Actions</span>
        </Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {items.map((contract) => (
        <Table.Tr key={contract.version}>
          <Table.Td>
            <Anchor
              size="sm"
              fw={600}
              style={{ whiteSpace: "nowrap" }}
              renderRoot={(props) => (
                <Link {...props} to="/contracts/$customerId" params={{ customerId: contract.customerId }} />
              )}
            >
              {contract.label}
            </Anchor>
            {contract.plan !== null && (
              <Text size="xs" c="dimmed">
                plan {contract.plan}
              </Text>
            )}
          </Table.Td>
          <Table.Td data-label="Customer">{contract.customerName}</Table.Td>
          <Table.Td data-label="Holds (UTC)">{spanText(contract)}</Table.Td>
          <Table.Td>
            <TermsInBrief terms={contract.terms} />
          </Table.Td>
          <Table.Td>
            <StateBadge state={contract.state} />
          </Table.Td>
          <Table.Td>
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
