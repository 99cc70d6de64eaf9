import { useQuery } from "@tanstack/react-query";
import { Panel } from "../../app/panel.tsx";
import { useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { Facts } from "../wallet/facts.tsx";

/** How programs buy credits with tokens; nothing where the server sells none. */
export function TokensPanel() {
  const offer = useQuery(useTRPC().x402.offer.queryOptions({}));
  const { data } = offer;
  if (!data?.enabled || data.rail === null) return null;
  return (
    <Panel
      title="Pay with tokens"
      description="For programs that speak x402: they ask for the terms, sign, and are credited once it settled."
    >
      <Facts>
        <Facts.Item name="Request">
          <span className="mono">POST /api/v1/credits/topup</span>
        </Facts.Item>
        <Facts.Item name="Amounts">
          <Money amount={data.minimum} /> to <Money amount={data.maximum} />
        </Facts.Item>
        <Facts.Item name="Network">
          <span className="mono">{data.rail.network}</span>
        </Facts.Item>
        <Facts.Item name="Token">
          <span className="mono">{data.rail.asset}</span>
        </Facts.Item>
        <Facts.Item name="Paid to">
          <span className="mono">{data.rail.payTo}</span>
        </Facts.Item>
      </Facts>
    </Panel>
  );
}
