import { Alert, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Figure, Figures } from "../../app/figure.tsx";
import { QueryBody } from "../../app/query-body.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { Money } from "../../money/money.tsx";
import { EntriesPanel } from "./entries-panel.tsx";
import { GrantsPanel } from "./grants-panel.tsx";
import { ReceiptDrawer } from "./receipt-drawer.tsx";
import { useReceiptId } from "./use-receipt-id.ts";

/** A wallet: what it holds, which credits burn next, and every entry with its receipt. `children` stand below the grants. */
export function WalletView({ customerId, children }: { customerId: string; children?: ReactNode }) {
  const customer = { customer: customerId };
  const balance = useQuery(useTRPC().billing.balance.queryOptions(customer));
  const [receiptId, openReceipt] = useReceiptId();
  return (
    <Stack gap="lg">
      <QueryBody query={balance}>{(data) => <Standing data={data} />}</QueryBody>
      <GrantsPanel customerId={customerId} />
      {children}
      <EntriesPanel customerId={customerId} onReceipt={openReceipt} />
      <ReceiptDrawer customerId={customerId} id={receiptId} onClose={() => openReceipt(null)} />
    </Stack>
  );
}

const Standing = ({ data }: { data: Api<"billing", "balance"> }) => (
  <>
    {data.status === "suspended" && (
      <Alert color="red" variant="light" title="Suspended" icon={<IconAlertTriangle size={18} aria-hidden />}>
        New calls are refused. What was served already is still recorded.
      </Alert>
    )}
    <Figures label="Wallet">
      <Figure
        emphasis
        label="Available"
        value={<Money amount={data.available} />}
        note="Balance less what is held"
      />
      <Figure label="Balance" value={<Money amount={data.balance} />} note="Credits posted" />
      <Figure label="Held" value={<Money amount={data.held} />} note="Set aside for calls under way" />
      <Figure
        label="Debt"
        value={<Money amount={data.debt} />}
        note={
          <>
            Suspended above <Money amount={data.debtCap} />
          </>
        }
      />
    </Figures>
  </>
);
