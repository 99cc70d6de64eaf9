import { Anchor, Button, Group, Stack, Tabs, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowLeft,
  IconCoins,
  IconFileInvoice,
  IconFileText,
  IconGauge,
  IconKey,
  IconWallet,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { CopyButton } from "../../app/copy-button.tsx";
import { ErrorState } from "../../app/error-state.tsx";
import { LoadingRoom } from "../../app/loading.tsx";
import { PageHeader } from "../../app/page-header.tsx";
import { type Api, useTRPC } from "../../app/trpc.ts";
import { InvoicesPanel } from "../billing/invoices-panel.tsx";
import { StatementsPanel } from "../billing/statements-panel.tsx";
import { BudgetsPanel } from "../budgets/budgets-panel.tsx";
import { PausesPanel } from "../budgets/pauses-panel.tsx";
import { StatusBadge } from "../customers/customer-row.tsx";
import { InviteToCustomer } from "../customers/invite-to-customer.tsx";
import { KeysPanel } from "../keys/keys-panel.tsx";
import { AdjustCreditsModal } from "./adjust-credits-modal.tsx";
import { RecurringGrantsPanel } from "./recurring-grants-panel.tsx";
import { WalletView } from "./wallet-view.tsx";

const Back = () => (
  <Anchor
    size="sm"
    underline="hover"
    style={{ alignSelf: "flex-start" }}
    renderRoot={(props) => <Link {...props} to="/customers" />}
  >
    <Group gap={4}>
      <IconArrowLeft size={15} aria-hidden /> Customers
    </Group>
  </Anchor>
);

/** A customer as the operator sees it: wallet, grants, documents, keys. */
export function CustomerWalletRoom() {
  const { customerId = "" }: Record<string, string> = useParams({ strict: false });
  const customer = useQuery(useTRPC().accounts.customer.queryOptions({ customer: customerId }));
  if (customer.isLoadingError) {
    return (
      <>
        <PageHeader title="Customer" above={<Back />} />
        <ErrorState error={customer.error} onRetry={() => void customer.refetch()} />
      </>
    );
  }
  return customer.data ? <Customer customer={customer.data} /> : <LoadingRoom />;
}

function Customer({ customer }: { customer: Api<"accounts", "customer"> }) {
  const { tab }: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const [granting, { open, close }] = useDisclosure(false);
  return (
    <>
      <PageHeader title={customer.name} above={<Back />} description={<Names customer={customer} />}>
        <Button
          variant="default"
          leftSection={<IconFileText size={16} aria-hidden />}
          renderRoot={(props) => (
            <Link {...props} to="/contracts/$customerId" params={{ customerId: customer.id }} />
          )}
        >
          Contract
        </Button>
        <InviteToCustomer customerId={customer.id} name={customer.name} />
        <Button leftSection={<IconCoins size={16} aria-hidden />} onClick={open}>
          Adjust credits
        </Button>
      </PageHeader>
      <Tabs
        value={tab === "keys" || tab === "documents" || tab === "budgets" ? tab : "wallet"}
        onChange={(value) =>
          void navigate({ to: ".", search: () => (value === "wallet" ? {} : { tab: value }) })
        }
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="wallet" leftSection={<IconWallet size={16} aria-hidden />}>
            Wallet
          </Tabs.Tab>
          <Tabs.Tab value="documents" leftSection={<IconFileInvoice size={16} aria-hidden />}>
            Documents
          </Tabs.Tab>
          <Tabs.Tab value="budgets" leftSection={<IconGauge size={16} aria-hidden />}>
            Budgets
          </Tabs.Tab>
          <Tabs.Tab value="keys" leftSection={<IconKey size={16} aria-hidden />}>
            API keys
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="wallet">
          <WalletView customerId={customer.id}>
            <RecurringGrantsPanel customerId={customer.id} />
          </WalletView>
        </Tabs.Panel>
        <Tabs.Panel value="documents">
          <Stack gap="lg">
            <InvoicesPanel customer={customer.id} />
            <StatementsPanel customer={customer.id} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="budgets">
          <Stack gap="lg">
            <PausesPanel customer={customer.id} mayChange />
            <BudgetsPanel customer={customer.id} mayChange />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <KeysPanel owner={{ customerId: customer.id, name: customer.name }} />
        </Tabs.Panel>
      </Tabs>
      <AdjustCreditsModal opened={granting} customerId={customer.id} name={customer.name} onClose={close} />
    </>
  );
}

const Names = ({ customer }: { customer: Api<"accounts", "customer"> }) => (
  <Group gap="sm">
    <StatusBadge status={customer.status} />
    {customer.email !== null && <span>{customer.email}</span>}
    {customer.externalId !== null && (
      <span>
        your id <span className="mono">{customer.externalId}</span>
      </span>
    )}
    <Group gap={2} wrap="nowrap">
      <Text size="sm" className="mono" component="span">
        {customer.id}
      </Text>
      <CopyButton text={customer.id} label="Copy the id" />
    </Group>
  </Group>
);
