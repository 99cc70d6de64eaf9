import { PageHeader } from "../../app/page-header.tsx";
import { useMe } from "../../session/use-me.ts";
import { KeysPanel } from "./keys-panel.tsx";

/** The platform's own keys for operators; the organization's for its owners and admins. */
export function KeysRoom() {
  const me = useMe();
  const organization = me.organizations.find(({ id }) => id === me.customerId);
  return (
    <>
      <PageHeader
        title="API keys"
        description={
          me.kind === "operator"
            ? "The platform's own keys. Keys of a customer are on the customer's page."
            : "Programs show a key to read your balance, prices and receipts."
        }
      />
      {me.kind === "operator" || me.customerId === null ? (
        <KeysPanel owner={null} />
      ) : (
        <KeysPanel owner={{ customerId: me.customerId, name: organization?.name ?? "your organization" }} />
      )}
    </>
  );
}
