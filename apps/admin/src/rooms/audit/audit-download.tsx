import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { notifyFailure } from "../../app/notify.ts";
import { saveFile } from "../../app/save-file.ts";
import { useTRPCClient } from "../../app/trpc.ts";
import { auditCsv } from "./audit-csv.ts";
import type { AuditEntry } from "./audit-fields.ts";

type Filter = { customer?: string; search?: string; by?: string; from?: string; to?: string };

/** Saves the changes that are shown as CSV, the latest 10,000 of them. */
export function AuditDownload({ filter }: { filter: Filter }) {
  const client = useTRPCClient();
  const download = useMutation({
    mutationFn: async () => {
      const entries: AuditEntry[] = [];
      let cursor: string | null = null;
      do {
        const page: { items: AuditEntry[]; nextCursor: string | null } = await client.accounts.audit.query({
          ...filter,
          limit: 200,
          ...(cursor !== null && { cursor }),
        });
        entries.push(...page.items);
        cursor = page.nextCursor;
      } while (cursor !== null && entries.length < MOST);
      return auditCsv(entries);
    },
    onSuccess: (content) => saveFile({ name: "audit-log.csv", type: "text/csv", content }),
    onError: notifyFailure,
  });
  return (
    <Button variant="default" size="sm" loading={download.isPending} onClick={() => download.mutate()}>
      Download as CSV
    </Button>
  );
}

const MOST = 10_000;
