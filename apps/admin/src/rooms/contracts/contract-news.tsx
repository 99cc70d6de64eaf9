import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../app/trpc.ts";

/** What is wrong or about to change with contracts; nothing where nothing is. */
export function ContractNews({ customerId }: { customerId?: string }) {
  const news = useQuery(useTRPC().contracts.news.queryOptions());
  const shown = (news.data ?? []).filter((it) => customerId === undefined || it.customerId === customerId);
  if (shown.length === 0) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={customerId === undefined ? "Contracts that need a look" : "This contract needs a look"}
    >
      <ul className="banner-lines">
        {shown.map(({ contract, kind, sentence }) => (
          <li key={`${contract} ${kind} ${sentence}`}>
            {contract}: {sentence}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
