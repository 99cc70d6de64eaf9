import { PageHeader } from "../../app/page-header.tsx";
import { useMe } from "../../session/use-me.ts";
import { WalletView } from "./wallet-view.tsx";

/** The wallet of one's own organization. */
export function OwnWalletRoom() {
  const me = useMe();
  return (
    <>
      <PageHeader title="Wallet" description="Credits of your organization: 1 credit is 1 US dollar." />
      {me.customerId !== null && <WalletView customerId={me.customerId} />}
    </>
  );
}
