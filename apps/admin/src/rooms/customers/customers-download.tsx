import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { notifyFailure } from "../../app/notify.ts";
import { saveFile } from "../../app/save-file.ts";
import { useTRPCClient } from "../../app/trpc.ts";
import type { CustomerFilter } from "./customer-filter.ts";
import type { ListedCustomer } from "./customer-row.tsx";
import { customersCsv } from "./customers-csv.ts";

type Shown = { search?: string; filter?: CustomerFilter };

/** Saves the customers that are shown as CSV, the newest 10,000 of them. */
export function CustomersDownload({ shown }: { shown: Shown }) {
  const client = useTRPCClient();
  const download = useMutation({
    mutationFn: async () => {
      const customers: ListedCustomer[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: ListedCustomer[]; nextCursor: string | null } =
          await client.accounts.customers.query({ ...shown, limit: 200, ...(cursor !== null && { cursor }) });
        customers.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null && customers.length < MOST);
      return customersCsv(customers);
    },
    onSuccess: (content) => saveFile({ name: "customers.csv", type: "text/csv", content }),
    onError: notifyFailure,
  });
  return (
    <Button variant="default" size="sm" loading={download.isPending} onClick={() => download.mutate()}>
      Download as CSV
    </Button>
  );
}

const MOST = 10_000;
