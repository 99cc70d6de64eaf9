import { Anchor, Badge, Button, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedValue, useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSearch, IconUsersGroup } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Age } from "../../app/age.tsx";
import { DataTable } from "../../app/data-table.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { usePages } from "../../app/use-pages.ts";
import { Money } from "../../money/money.tsx";
import { CreateCustomerModal } from "./create-customer-modal.tsx";

type Customer = Api<"accounts", "customers">["items"][number];

/** Every customer with what its wallet holds. */
export function CustomersRoom() {
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search.trim(), 250);
  const [creating, { open, close }] = useDisclosure(false);
  const { cursor, page, next, back, reset } = usePages<string>();
  const customers = useQuery({
    ...useTRPC().accounts.customers.queryOptions({
      limit: 25,
      ...(wanted !== "" && { search: wanted }),
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
        {create}
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
        </div>
        <QueryBody
          query={customers}
          flush
          empty={{
            when: ({ items }) => items.length === 0,
            show:
              wanted === "" ? (
                <EmptyState icon={IconUsersGroup} title="No customers yet" action={create}>
                  Customers come with a sign-up, from your platform by its service key, or from you here.
                </EmptyState>
              ) : (
                <EmptyState icon={IconSearch} title={`Nobody matches “${wanted}”`}>
                  The search looks at names, e-mail addresses and both kinds of id.
                </EmptyState>
              ),
          }}
        >
          {({ items }) => (
            <DataTable label="Customers">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">Customer</Table.Th>
                  <Table.Th scope="col" className="number">
                    Available
                  </Table.Th>
                  <Table.Th scope="col" className="number">
                    Held
                  </Table.Th>
                  <Table.Th scope="col" className="number">
                    Debt
                  </Table.Th>
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

const CustomerRow = ({ customer }: { customer: Customer }) => (
  <Table.Tr>
    <Table.Td>
      <Anchor
        size="sm"
        fw={600}
        renderRoot={(props) => (
          <Link {...props} to="/customers/$customerId" params={{ customerId: customer.id }} />
        )}
      >
        {customer.name}
      </Anchor>
      <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {[customer.externalId, customer.email].filter((text) => text !== null).join(" · ")}
      </Text>
    </Table.Td>
    <Table.Td className="number">
      <Money amount={customer.available} />
    </Table.Td>
    <Table.Td className="number">
      <Money amount={customer.held} />
    </Table.Td>
    <Table.Td className="number">
      <Money amount={customer.debt} />
    </Table.Td>
    <Table.Td>
      <StatusBadge status={customer.status} />
    </Table.Td>
    <Table.Td>
      <Age at={customer.createdAt} />
    </Table.Td>
  </Table.Tr>
);

/** Whether a customer may start new calls. */
export const StatusBadge = ({ status }: { status: Customer["status"] }) => (
  <Badge variant="light" color={status === "suspended" ? "red" : "teal"}>
    {status}
  </Badge>
);
