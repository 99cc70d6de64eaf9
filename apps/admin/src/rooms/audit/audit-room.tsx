import { Button, Group } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { usePages } from "../../app/use-pages.ts";
import { AuditList } from "./audit-list.tsx";

/** Who changed what and why, the latest first; of one customer where the address names one. */
export function AuditRoom() {
  const [params, change] = useAddressParams();
  const customer = params.get("customer");
  const { cursor, page, next, back, reset } = usePages<string>();
  const audit = useQuery(
    useTRPC().accounts.audit.queryOptions(
      { limit: 50, ...(customer !== null && { customer }), ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Every change to prices, rules, money and access: who, what, before, after, and the reason they gave."
      >
        {customer !== null && (
          <Group gap="xs">
            <Button
              variant="default"
              size="sm"
              onClick={() => {
                reset();
                change({ customer: null });
              }}
            >
              Of all customers
            </Button>
          </Group>
        )}
      </PageHeader>
      <Panel flush>
        <QueryBody
          query={audit}
          rows={8}
          flush
          empty={{
            when: ({ items }) => items.length === 0 && page === 1,
            show: (
              <EmptyState icon={IconListDetails} title="Nothing has been changed yet">
                What people and keys change is written down here at the same instant.
              </EmptyState>
            ),
          }}
        >
          {({ items, nextCursor }) => (
            <>
              <AuditList items={items} />
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
    </>
  );
}
