import { Button } from "@mantine/core";
import { IconListDetails } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CsvDownload } from "../../app/csv-download.tsx";
import { EmptyState } from "../../app/empty-state.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { Pager } from "../../app/pager.tsx";
import { Panel } from "../../app/panel.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { useTRPC, useTRPCClient } from "../../app/trpc.ts";
import { useAddressParams } from "../../app/use-address-params.ts";
import { usePages } from "../../app/use-pages.ts";
import { auditCsv } from "./audit-csv.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { AuditList } from "./audit-list.tsx";

/** Who changed what and why, the latest first; of one customer where the address names one. */
export function AuditRoom() {
  const [params, change] = useAddressParams();
  const customer = params.get("customer");
  const filter = {
    ...(customer !== null && { customer }),
    ...Object.fromEntries(
      Object.entries({ search: "q", by: "by", from: "from", to: "to" }).flatMap(([field, name]) => {
        const value = params.get(name);
        return value === null ? [] : [[field, value]];
      }),
    ),
  };
  const { cursor, page, next, back } = usePages<string>(JSON.stringify(filter));
  const client = useTRPCClient();
  const audit = useQuery(
    useTRPC().accounts.audit.queryOptions(
      { limit: 50, ...filter, ...(cursor !== undefined && { cursor }) },
      { placeholderData: keepPreviousData },
    ),
  );
  return (
    <>
      <PageHeader
        title="Audit log"
        description="Every change to prices, rules, money and access: who, what, before, after, and the reason they gave."
      >
        <CsvDownload
          name="audit-log"
          csv={auditCsv}
          read={(from: string | null) =>
            client.accounts.audit.query({ ...filter, limit: 200, ...(from !== null && { cursor: from }) })
          }
        />
        {customer !== null && (
          <Button variant="default" size="sm" onClick={() => change({ customer: null })}>
            Of all customers
          </Button>
        )}
      </PageHeader>
      <AuditFilters params={params} onChange={change} />
      <Panel flush>
        <QueryBody
          query={audit}
          rows={8}
          flush
          empty={{
            when: ({ items }) => items.length === 0 && page === 1,
            show:
              Object.keys(filter).length > 0 ? (
                <EmptyState icon={IconListDetails} title="No change passes these filters" />
              ) : (
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
