import { Alert, Anchor } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTRPC } from "../../app/trpc.ts";

/** What is wrong or about to change with contracts, of one customer or of all; nothing where nothing is. */
export function ContractNews({ customerId: only }: { customerId?: string }) {
  const news = useQuery(useTRPC().contracts.news.queryOptions());
  const shown = (news.data ?? []).filter(({ customerId }) => only === undefined || customerId === only);
  if (shown.length === 0) return null;
  return (
    <Alert
      color="orange"
      variant="light"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      title={only === undefined ? "Contracts that need a look" : "This contract needs a look"}
    >
      <ul className="banner-lines">
        {shown.map(({ contract, customerId, kind, sentence, prices }) => (
          <li key={`${contract} ${kind} ${sentence}`}>
            {only === undefined ? (
              <Anchor
                inherit
                renderRoot={(props) => (
                  <Link {...props} to="/contracts/$customerId" params={{ customerId }} />
                )}
              >
                {contract}
              </Anchor>
            ) : (
              contract
            )}
            : {sentence}
            {/* A coming change names its prices in its sentence. */}
            {prices !== null && kind !== "coming_under_cost" && ` (${prices.join(", ")})`}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
