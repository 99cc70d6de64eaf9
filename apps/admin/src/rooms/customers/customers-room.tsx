import { Button, Select, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CsvDownload } from "../../app/csv-download.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { SearchField } from "../../app/search-field.tsx";
import { useTRPC, useTRPCClient } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { usePages } from "../../app/use-pages.ts";
import { CreateCustomerModal } from "./create-customer-modal.tsx";
import { FILTER_WORDS, isFilter } from "./customer-filter.ts";
import { CustomerRow } from "./customer-row.tsx";
import { customersCsv } from "./customers-csv.ts";

/** Every customer with what its wallet holds; what is searched and filtered by stands in the address. */
export function CustomersRoom() {
  const [params, change] = useAddressParams();
  const search = (params.get("q") ?? "").trim().slice(0, 200);
  const named = params.get("only");
  const filter = isFilter(named) ? named : null;
  const [creating, { open, close }] = useDisclosure(false);
  const shown = { ...(search !== "" && { search }), ...(filter !== null && { filter }) };
  const { cursor, page, next, back } = usePages<string>(JSON.stringify(shown));
  const client = useTRPCClient();
  const customers = useQuery({
    ...useTRPC().accounts.customers.queryOptions({
      limit: 25,
      ...shown,
      ...(cursor !== undefined && { cursor }),
    }),
    placeholderData: keepPreviousData,
  });
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      New customer
    </Button>
  );

  return (
    <>
      <PageHeader title="Customers" description="Organizations that hold credits, newest first.">
        <CsvDownload
          name="customers"
          csv={customersCsv}
          read={(from: string | null) =>
            client.accounts.customers.query({ ...shown, limit: 200, ...(from !== null && { cursor: from }) })
          }
        />
        {create}
      </PageHeader>
      <Panel flush>
        <div className="panel-tools">
          <SearchField
            aria-label="Search customers"
            placeholder="Name, e-mail address or id"
            value={search}
            onChange={(q) => change({ q })}
            w={{ base: "100%", xs: 320 }}
          />
          <Select
            aria-label="Which customers"
            placeholder="All customers"
            clearable
            data={FILTER_WORDS}
            value={filter}
            onChange={(only) => change({ only })}
            w={{ base: "100%", xs: 240 }}
          />
        </div>
        <QueryBody
          query={customers}
          flush
          empty={{
            when: ({ items }) => items.length === 0,
            show:
              search === "" && filter === null ? (
                <EmptyState icon={IconUsersGroup} title="No customers yet" action={create}>
                  Customers come with a sign-up, from your platform by its service key, or from you here.
                </EmptyState>
              ) : (
                <EmptyState icon={IconSearch} title={search === "" ? "Nobody" : `Nobody matches “${search}”`}>
                  The search looks at names, e-mail addresses and both kinds of id.
                </EmptyState>
              ),
          }}
        >
          {({ items }) => (
            <DataTable label="Customers" stacks>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">Customer</Table.Th>
                  <Table.Th scope="col" className="number">
                    Available
                  </Table.Th>
                  <Table.Th scope="col" className="number">
                    Runway
                  </Table.Th>
                  <Table.Th scope="col" className="number">
                    Held
                  </Table.Th>
                  <Table.Th scope="col" className="number">
                    Debt
                  </Table.Th>
                  <Table.Th scope="col">Auto top-up</Table.Th>
                  <Table.Th scope="col">Status</Table.Th>
                  <Table.Th scope="col">Since</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map((customer) => (
                  <CustomerRow key={customer.id} customer={customer} />
                ))}
              </Table.Tbody>
            </DataTable>
          )}
        </QueryBody>
        <Pager
          page={page}
          nextCursor={customers.data?.nextCursor}
          onBack={back}
          onNext={() => customers.data?.nextCursor && next(customers.data.nextCursor)}
        />
      </Panel>
      <CreateCustomerModal opened={creating} onClose={close} />
    </>
  );
}
