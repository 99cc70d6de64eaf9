import { Button, Group, Select, Table, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { CreateCustomerModal } from "./create-customer-modal.tsx";
import { type CustomerFilter, FILTER_WORDS, isFilter } from "./customer-filter.ts";
import { CustomerRow } from "./customer-row.tsx";
import { CustomersDownload } from "./customers-download.tsx";

/** Every customer with what its wallet holds. */
export function CustomersRoom() {
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search.trim(), 250);
  const [filter, setFilter] = useState<CustomerFilter | null>(null);
  const [creating, { open, close }] = useDisclosure(false);
  const { cursor, page, next, back, reset } = usePages<string>();
  const shown = { ...(wanted !== "" && { search: wanted }), ...(filter !== null && { filter }) };
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
        <Group gap="xs">
          <CustomersDownload shown={shown} />
          {create}
        </Group>
      </PageHeader>
      <Panel flush>
        <div className="panel-tools">
          <TextInput
            type="search"
            aria-label="Search customers"
            placeholder="Name, e-mail address or id"
            leftSection={<IconSearch size={16} aria-hidden />}
            value={search}
            onChange={(event) => {
              setSearch(event.currentTarget.value);
              reset();
            }}
            maxLength={200}
            w={{ base: "100%", xs: 320 }}
          />
          <Select
            aria-label="Which customers"
            placeholder="All customers"
            clearable
            data={FILTER_WORDS}
            value={filter}
            onChange={(value) => {
              setFilter(isFilter(value) ? value : null);
              reset();
            }}
            w={{ base: "100%", xs: 240 }}
          />
        </div>
        <QueryBody
          query={customers}
          flush
          empty={{
            when: ({ items }) => items.length === 0,
            show:
              wanted === "" && filter === null ? (
                <EmptyState icon={IconUsersGroup} title="No customers yet" action={create}>
                  Customers come with a sign-up, from your platform by its service key, or from you here.
                </EmptyState>
              ) : (
                <EmptyState icon={IconSearch} title={wanted === "" ? "Nobody" : `Nobody matches “${wanted}”`}>
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
